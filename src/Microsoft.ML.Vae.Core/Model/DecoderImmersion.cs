using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>The decoder's mean as an immersion: values and exact Jacobian (forward mode), double precision. Thread-safe.</summary>
/// <remarks>The image lies in the space of scaled features.</remarks>
public sealed class DecoderImmersion : IImmersion
{
    private readonly Layer[] _layers;

    /// <summary>Copies the decoder's weights to double.</summary>
    public DecoderImmersion(VaeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (parameters, link) = (model.Parameters, model.Architecture.Likelihood.Link);
        _layers = [.. parameters.Layout.Decoder.Select(l => new Layer(ToDouble(parameters[l.Weight]), ToDouble(parameters[l.Bias]), l.In, l.Activation))];
        if (link != Activation.Linear) _layers[^1] = _layers[^1] with { Activation = link };
        (LatentDimension, AmbientDimension) = (model.LatentDimension, model.FeatureCount);
    }

    /// <inheritdoc/>
    public int LatentDimension { get; }

    /// <inheritdoc/>
    public int AmbientDimension { get; }

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point)
    {
        var values = latent.ToArray();
        foreach (var layer in _layers) values = layer.Forward(values);
        values.CopyTo(point);
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        int d = LatentDimension;
        var (values, tangents) = (latent.ToArray(), new double[d * d]);
        for (int j = 0; j < d; j++) tangents[(j * d) + j] = 1;
        foreach (var layer in _layers)
        {
            values = layer.Forward(values);
            tangents = layer.Push(values, tangents, d);
        }
        tangents.CopyTo(jacobian);
    }

    private static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var copy = new double[values.Length];
        for (int i = 0; i < copy.Length; i++) copy[i] = values[i];
        return copy;
    }

    private sealed record Layer(double[] Weight, double[] Bias, int In, Activation Activation)
    {
        public double[] Forward(double[] x)
        {
            var y = new double[Bias.Length];
            for (int o = 0; o < y.Length; o++)
            {
                double sum = Bias[o];
                for (int i = 0; i < In; i++) sum += Weight[(o * In) + i] * x[i];
                y[o] = Activation.Value(sum);
            }
            return y;
        }

        // ∂y/∂z = diag(act') W ∂x/∂z; tangents are [width, d], row-major.
        public double[] Push(double[] y, double[] tangents, int d)
        {
            var pushed = new double[y.Length * d];
            for (int o = 0; o < y.Length; o++)
            {
                var row = pushed.AsSpan(o * d, d);
                for (int i = 0; i < In; i++)
                {
                    double w = Weight[(o * In) + i];
                    for (int j = 0; j < d; j++) row[j] += w * tangents[(i * d) + j];
                }
                double slope = Activation.Slope(y[o]);
                for (int j = 0; j < d; j++) row[j] *= slope;
            }
            return pushed;
        }
    }
}
