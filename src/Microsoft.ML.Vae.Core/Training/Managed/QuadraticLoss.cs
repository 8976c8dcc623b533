using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>D = Σ hᵢ (xᵢ − x̂ᵢ)²: squared error (h = 1) and Gaussians of fixed or learned variance (h = 1/(2s²)).</summary>
internal sealed unsafe class QuadraticLoss<T>(Likelihood likelihood, int features) : IRowLoss where T : unmanaged, ILanes<T>
{
    private readonly int _columns = AlignedBuffer.Padded(features);
    private readonly AlignedBuffer _halfPrecision = new(AlignedBuffer.Padded(features));
    private readonly float[] _origin = new float[features];
    private readonly double[] _metric = new double[features], _mean = new double[features];
    private double _mode;

    /// <summary>hᵢ, zero in the padding.</summary>
    public AlignedBuffer HalfPrecision => _halfPrecision;

    public void Prepare(ReadOnlySpan<float> parameters)
    {
        if (likelihood is GaussianLikelihood)
            likelihood.Metric(_mean, parameters, _metric);
        else
            Array.Fill(_metric, 1);
        for (int i = 0; i < features; i++) _halfPrecision.Span[i] = (float)_metric[i];
        _mode = likelihood.LogLikelihoodAtMode(_origin, parameters); // of these likelihoods it does not depend on x
    }

    public double LogLikelihoodAtMode(float* x) => _mode;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Distortion(float* x, float* output, float* delta, float weight, int thread)
    {
        float* h = _halfPrecision.Pointer;
        T sum = T.Create(0f), twice = T.Create(2 * weight);
        for (nint i = 0; i < _columns; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i), scaled = T.Load(h + i) * residual;
            sum = T.MultiplyAdd(scaled, residual, sum);
            T.Store(twice * scaled, delta + i);
        }
        return T.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double CodingDistortion(float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        double distortion = Distortion(outputAtMean, output, delta, weight, thread);
        for (nint i = 0; i < _columns; i += T.Count) T.Store(T.Load(deltaAtMean + i) - T.Load(delta + i), deltaAtMean + i);
        return distortion;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddTerms(float* x, float* output, float* sums, int thread)
    {
        float* h = _halfPrecision.Pointer;
        for (nint i = 0; i < _columns; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i);
            T.Store(T.MultiplyAdd(T.Load(h + i) * residual, residual, T.Load(sums + i)), sums + i);
        }
    }

    public double TermAtMode(float x) => 0;
}
