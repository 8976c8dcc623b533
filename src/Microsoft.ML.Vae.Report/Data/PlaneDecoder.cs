using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>The decoder of a plane of two latents, the others held: a network of two inputs whose first layer takes the held ones into its bias.</summary>
internal static class PlaneDecoder
{
    /// <summary>Why a model has no such decoder; null: it has.</summary>
    public static string? Refusal(VaeModel model) =>
        model.Parameters.Layout.Decoder[0].Layer is Dense ? null : $"the decoder begins with a layer of the kind {model.Parameters.Layout.Decoder[0].Layer.Kind}, which cannot be cut down to two latents";

    /// <summary>The same model over two latents; its encoder is of no use.</summary>
    /// <param name="model">Its decoder begins with a dense layer.</param>
    /// <param name="first">Index of the latent that comes first.</param>
    /// <param name="second">Index of the other.</param>
    /// <param name="held">All latents, [n]; those two are ignored.</param>
    public static VaeModel Of(VaeModel model, int first, int second, ReadOnlySpan<double> held)
    {
        var whole = model.Parameters;
        var architecture = model.Architecture with { Decoder = new Network(Shape.Vector(2), model.Architecture.Decoder.Layers), Prior = StandardNormalPrior.Instance };
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        for (int l = 1; l < layout.Decoder.Count; l++)
            for (int b = 0; b < layout.Decoder[l].Blocks.Count; b++)
                whole[whole.Layout.Decoder[l].Blocks[b]].CopyTo(values.AsSpan(layout.Decoder[l].Blocks[b].Offset));
        whole[whole.Layout.Likelihood].CopyTo(values.AsSpan(layout.Likelihood.Offset));
        CutFirst(whole, layout, first, second, held, values);
        return new VaeModel(architecture, new VaeParameters(layout, values), model.KlWeight, model.Scaling, model.FeatureNames, model.Bound, missing: model.Missing, columns: model.Columns, watched: model.Watched);
    }

    private static void CutFirst(VaeParameters whole, ParameterLayout layout, int first, int second, ReadOnlySpan<double> held, float[] values)
    {
        ReadOnlySpan<float> weight = whole[whole.Layout.Decoder[0].Weight], bias = whole[whole.Layout.Decoder[0].Bias];
        int n = held.Length;
        for (int o = 0; o < bias.Length; o++)
        {
            double sum = bias[o];
            for (int j = 0; j < n; j++)
                if (j != first && j != second) sum += weight[(o * n) + j] * held[j];
            values[layout.Decoder[0].Weight.Offset + (2 * o)] = weight[(o * n) + first];
            values[layout.Decoder[0].Weight.Offset + (2 * o) + 1] = weight[(o * n) + second];
            values[layout.Decoder[0].Bias.Offset + o] = (float)sum;
        }
    }
}
