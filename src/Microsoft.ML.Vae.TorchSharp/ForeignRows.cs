using Microsoft.ML.Vae.Core;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Any likelihood, through its public functions, on the processor: right for likelihoods of the user's own, at their speed.</summary>
/// <remarks>Autograd knows no such function. It is given s = Σ output·g with g = ∂log p/∂output held fixed: value + s − fixed s has that value and those gradients.</remarks>
internal sealed class ForeignRows(Likelihood likelihood) : IRowLikelihood
{
    public Tensor LogLikelihood(Tensor features, Decoded decoded, Tensor parameters)
    {
        var rows = new Rows(likelihood, features, decoded, parameters);
        for (int r = 0; r < rows.Count; r++) rows.Differentiate(r);
        var device = features.device;
        var slope = (decoded.AtSample * Constant(rows.SampleGradient, features.shape, device)).sum(1);
        if (decoded.AtMean is { } mean) slope += (mean * Constant(rows.MeanGradient, features.shape, device)).sum(1);
        if (rows.ParameterGradient.Length > 0) slope += Constant(rows.ParameterGradient, [rows.Count, parameters.numel()], device).matmul(parameters);
        return Constant(rows.Values, [rows.Count], device) + (slope - slope.detach());
    }

    public void Dispose() { }

    private static Tensor Constant(float[] values, long[] shape, Device device) => tensor(values, shape, device: device);

    private sealed class Rows
    {
        private readonly Likelihood _likelihood;
        private readonly float[] _x, _atSample, _parameters, _target, _delta;
        private readonly float[]? _atMean;
        private readonly double[] _terms, _parameterDelta;

        public Rows(Likelihood likelihood, Tensor features, Decoded decoded, Tensor parameters)
        {
            _likelihood = likelihood;
            (Count, int m) = ((int)features.shape[0], (int)features.shape[1]);
            (_x, _atSample, _atMean, _parameters) = (features.ToArray(), decoded.AtSample.ToArray(), decoded.AtMean?.ToArray(), parameters.ToArray());
            (_target, _delta, _terms, _parameterDelta) = (new float[m], new float[m], new double[m], new double[_parameters.Length]);
            (Values, SampleGradient, MeanGradient) = (new float[Count], new float[Count * m], new float[_atMean is null ? 0 : Count * m]);
            ParameterGradient = new float[Count * _parameters.Length];
        }

        public int Count { get; }

        /// <summary>log p(x|z), [Count].</summary>
        public float[] Values { get; }

        /// <summary>∂log p/∂ of the output at z, [Count, m].</summary>
        public float[] SampleGradient { get; }

        /// <summary>∂log p/∂ of the output at μ, [Count, m].</summary>
        public float[] MeanGradient { get; }

        /// <summary>∂log p/∂parameters, [Count, parameters].</summary>
        public float[] ParameterGradient { get; }

        public void Differentiate(int r)
        {
            ReadOnlySpan<float> x = Row(_x, r), output = Row(_atSample, r);
            double weight = _likelihood.RowWeight(x), distortion;
            Array.Clear(_parameterDelta);
            _likelihood.AddModeGradient(_parameters, 1, _parameterDelta);
            if (_atMean is null)
            {
                distortion = Distort(x, output, weight, Row(SampleGradient, r));
            }
            else
            {
                distortion = Distort(x, Row(_atMean, r), weight, Row(MeanGradient, r));
                Row(_atMean, r).CopyTo(_target);
                _likelihood.Link.Apply(_target);
                distortion += Distort(_target, output, weight, Row(SampleGradient, r));
                AddTargetGradient(output, weight, Row(MeanGradient, r));
            }
            Values[r] = (float)(_likelihood.LogLikelihoodAtMode(x, _parameters) - (weight * distortion));
            for (int i = 0; i < _parameterDelta.Length; i++) ParameterGradient[(r * _parameterDelta.Length) + i] = (float)-_parameterDelta[i];
        }

        private double Distort(ReadOnlySpan<float> x, ReadOnlySpan<float> output, double weight, Span<float> gradient)
        {
            _likelihood.Distortion(x, output, _parameters, _terms);
            _likelihood.OutputGradient(x, output, _parameters, gradient);
            foreach (ref float g in gradient) g *= (float)-weight;
            _likelihood.AddParameterGradient(x, output, _parameters, weight, _parameterDelta);
            return _terms.Sum();
        }

        private void AddTargetGradient(ReadOnlySpan<float> output, double weight, Span<float> gradient)
        {
            _likelihood.TargetGradient(_target, output, _parameters, _delta);
            _likelihood.Link.Backward(_target, _delta);
            for (int i = 0; i < gradient.Length; i++) gradient[i] -= (float)weight * _delta[i];
        }

        private Span<float> Row(float[] values, int r) => values.AsSpan(r * _target.Length, _target.Length);
    }
}
