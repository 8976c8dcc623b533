namespace Microsoft.ML.Vae.Core;

/// <summary>The first part of a split loss: Dᵢ(x, x̆) of each row, x̆ = Dec(μ); and x̆ itself, the target of the second part, D(x̆, x̂) (Nakagawa et al. 2021).</summary>
internal sealed class TransformDistortion
{
    private readonly Likelihood _likelihood;
    private readonly float[] _parameters, _means;
    private readonly double[] _terms;
    private readonly IForwardPass _decoder;
    private readonly IPlainLayer? _outputsToMean;
    private readonly int _features, _latents, _outputs;

    /// <summary>Allocates for so many rows.</summary>
    public TransformDistortion(VaeModel model, IForwardPass decoder, int maximumRows)
    {
        (_likelihood, _parameters, _decoder) = (model.Architecture.Likelihood, model.LikelihoodParameters.ToArray(), decoder);
        var layout = model.Parameters.Layout;
        (_features, _latents, _outputs) = (model.FeatureCount, model.LatentDimension, layout.Decoder[^1].Output.Length);
        (_means, _terms) = (new float[maximumRows * _features], new double[maximumRows * _features]);
        if (layout.MeanDecoder != layout.Decoder) _outputsToMean = layout.MeanDecoder[^1].Accept(PlainLayers.Instance);
    }

    /// <summary>x̆ of the last rows, [rows, m].</summary>
    public ReadOnlySpan<float> Means => _means;

    /// <summary>Dᵢ(x, x̆) of the last rows, [rows, m].</summary>
    public ReadOnlySpan<double> Terms => _terms;

    /// <summary>Computes both.</summary>
    /// <param name="rows">Scaled rows, [count, m].</param>
    /// <param name="mean">μ, [count, n].</param>
    /// <param name="count">Rows.</param>
    public void Compute(ReadOnlySpan<float> rows, ReadOnlySpan<float> mean, int count)
    {
        for (int from = 0; from < count; from += SampledDistortion.MaximumDecoderRows)
        {
            int run = Math.Min(SampledDistortion.MaximumDecoderRows, count - from);
            var outputs = _decoder.Run(mean.Slice(from * _latents, run * _latents), run);
            var means = _means.AsSpan(from * _features, run * _features);
            if (_outputsToMean is null) outputs.CopyTo(means);
            else _outputsToMean.Forward([], outputs, means, run);
            for (int r = 0; r < run; r++)
                _likelihood.Distortion(
                    rows.Slice((from + r) * _features, _features), outputs.Slice(r * _outputs, _outputs), _parameters, _terms.AsSpan((from + r) * _features, _features));
        }
    }
}
