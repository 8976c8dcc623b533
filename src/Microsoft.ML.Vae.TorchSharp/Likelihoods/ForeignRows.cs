using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Any likelihood, through its public functions, on the processor: right for likelihoods of the user's own, at their speed, for counts and for mixed columns.</summary>
/// <remarks>Autograd knows no such function. It is given s = Σ t·g with g = ∂log p/∂t held fixed, t the outputs, the parameters and (of the split bound) x̆:
/// value + s − fixed s has that value and those gradients.</remarks>
internal sealed class ForeignRows(Likelihood likelihood, int featureCount) : IRowLikelihood
{
    private readonly double[] _terms = new double[featureCount];
    private readonly float[] _weights = new float[featureCount];

    public Tensor LogLikelihood(Tensor features, Tensor? observed, Decoded decoded, Tensor parameters)
    {
        int rows = (int)features.shape[0];
        float[] own = parameters.ToArray(), mask = observed?.ToArray() ?? [];
        Differentiated x = new(features, featureCount), atSample = new(decoded.AtSample), all = new(parameters.unsqueeze(0).expand(rows, own.Length));
        Differentiated? atMean = decoded.AtMean is null ? null : new(decoded.AtMean), mean = decoded.Mean is null ? null : new(decoded.Mean);
        var values = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            var observedRow = mask.Length == 0 ? default(ReadOnlySpan<float>) : mask.AsSpan(r * featureCount, featureCount);
            var gradient = new double[own.Length];
            double weight = likelihood.RowWeight(x.Value(r)), distortion;
            likelihood.LogLikelihoodAtMode(x.Value(r), own, _terms);
            double mode = Sum(observedRow);
            Weigh(observedRow, -1);
            likelihood.AddModeGradient(x.Value(r), own, _weights, gradient);
            Weigh(observedRow, (float)-weight);
            if (atMean is null)
            {
                distortion = Distort(x.Value(r), atSample, r, own, observedRow, gradient);
            }
            else
            {
                distortion = Distort(x.Value(r), atMean, r, own, observedRow, gradient) + Distort(mean!.Value(r), atSample, r, own, observedRow, gradient);
                likelihood.TargetGradient(mean.Value(r), atSample.Value(r), own, _weights, mean.Slope(r));
            }
            values[r] = (float)(mode - (weight * distortion));
            for (int i = 0; i < gradient.Length; i++) all.Slope(r)[i] = (float)gradient[i];
        }
        var slope = new[] { atSample, atMean, mean, own.Length == 0 ? null : all }.OfType<Differentiated>().Select(t => t.Surrogate()).Aggregate((a, b) => a + b);
        return tensor(values, [rows], device: features.device) + (slope - slope.detach());
    }

    public void Dispose() { }

    private double Distort(ReadOnlySpan<float> target, Differentiated output, int r, float[] own, ReadOnlySpan<float> observed, double[] gradient)
    {
        likelihood.Distortion(target, output.Value(r), own, _terms);
        likelihood.OutputGradient(target, output.Value(r), own, _weights, output.Slope(r));
        likelihood.AddParameterGradient(target, output.Value(r), own, _weights, gradient);
        return Sum(observed);
    }

    private double Sum(ReadOnlySpan<float> observed)
    {
        double sum = 0;
        for (int i = 0; i < _terms.Length; i++) sum += observed.IsEmpty ? _terms[i] : observed[i] * _terms[i];
        return sum;
    }

    private void Weigh(ReadOnlySpan<float> observed, float weight)
    {
        for (int i = 0; i < _weights.Length; i++) _weights[i] = observed.IsEmpty ? weight : weight * observed[i];
    }

    // A tensor's values, and ∂log p/∂ of them, row by row.
    private sealed class Differentiated(Tensor tensor, int? width = null)
    {
        private readonly int _width = width ?? (int)tensor.shape[1];
        private readonly float[] _values = tensor.ToArray(), _slopes = new float[tensor.numel()];

        public ReadOnlySpan<float> Value(int r) => _values.AsSpan(r * _width, _width);

        public Span<float> Slope(int r) => _slopes.AsSpan(r * _width, _width);

        public Tensor Surrogate() => (tensor * torch.tensor(_slopes, tensor.shape, device: tensor.device)).sum(1);
    }
}
