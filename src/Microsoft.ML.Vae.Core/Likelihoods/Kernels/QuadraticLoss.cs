using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>D = Σ hᵢ (xᵢ − x̂ᵢ)²: squared error (h = 1) and Gaussians of fixed or learned variance (h = 1/(2s²)).</summary>
internal sealed unsafe class QuadraticLoss<T> : RowLoss where T : unmanaged, ILanes<T>
{
    private readonly int _features, _columns;
    private readonly ObservedFeatures<T> _halfPrecision;
    private readonly Func<float, double> _halfPrecisionOf;
    private readonly double _modeWithoutParameters;
    private readonly double[] _modes;
    private readonly AlignedBuffer _modeWeights;
    private double _mode;
    private float _completeWeight;

    /// <param name="features">m.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="halfPrecision">hᵢ of a learned log sᵢ²; of any number where nothing is learned.</param>
    /// <param name="modeWithoutParameters">A feature's log-likelihood at the mode, but for −½ log sᵢ² of a learned variance.</param>
    public QuadraticLoss(int features, int threads, Func<float, double> halfPrecision, double modeWithoutParameters)
    {
        (_features, _columns, _halfPrecisionOf, _modeWithoutParameters) = (features, AlignedBuffer.Padded(features), halfPrecision, modeWithoutParameters);
        (_halfPrecision, _modeWeights, _modes) = (new ObservedFeatures<T>(features, threads), new AlignedBuffer(_columns), new double[features]);
    }

    public override void Prepare(ReadOnlySpan<float> parameters)
    {
        _mode = 0;
        for (int i = 0; i < _features; i++)
        {
            float logVariance = parameters.IsEmpty ? 0 : parameters[i];
            _halfPrecision.Factors.Span[i] = (float)_halfPrecisionOf(logVariance);
            _mode += _modes[i] = _modeWithoutParameters - (0.5 * logVariance);
        }
    }

    public override double LogLikelihoodAtMode(float* x, float* observed, int thread)
    {
        if (observed == null) return _mode;
        double sum = 0;
        for (int i = 0; i < _features; i++) sum += observed[i] * _modes[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread)
    {
        float* h = _halfPrecision.Of(observed, thread);
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
    public override double CodingDistortion(float* observed, float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        double distortion = Distortion(outputAtMean, observed, output, delta, weight, thread);
        for (nint i = 0; i < _columns; i += T.Count) T.Store(T.Load(deltaAtMean + i) - T.Load(delta + i), deltaAtMean + i);
        return distortion;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddTerms(float* x, float* output, float* sums, int thread)
    {
        float* h = _halfPrecision.Factors.Pointer;
        for (nint i = 0; i < _columns; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i);
            T.Store(T.MultiplyAdd(T.Load(h + i) * residual, residual, T.Load(sums + i)), sums + i);
        }
    }

    public override void BeginGradient(AlignedBuffer gradient)
    {
        gradient.Span.Clear();
        _modeWeights.Span.Clear();
        _completeWeight = 0;
    }

    public override void AddModeGradient(float* x, float* observed, float weight, AlignedBuffer gradient)
    {
        if (observed == null) _completeWeight += weight;
        else for (int i = 0; i < _features; i++) _modeWeights.Pointer[i] += weight * observed[i];
    }

    // Σ weight · residual², to be multiplied by hᵢ at the end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddGradient(float* x, float* observed, float* output, float weight, AlignedBuffer gradient)
    {
        float* g = gradient.Pointer;
        T factor = T.Create(weight);
        for (nint i = 0; i < gradient.Length; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i), scaled = factor * residual;
            if (observed != null) scaled *= T.Load(observed + i);
            T.Store(T.MultiplyAdd(scaled, residual, T.Load(g + i)), g + i);
        }
    }

    public override void AddCodingGradient(float* observed, float* outputAtMean, float* output, float weight, AlignedBuffer gradient) =>
        AddGradient(outputAtMean, observed, output, weight, gradient);

    // ∂/∂log sᵢ² of ½ log sᵢ² + hᵢ rᵢ² is ½ − hᵢ rᵢ².
    public override void FinishGradient(AlignedBuffer gradient)
    {
        float* g = gradient.Pointer, h = _halfPrecision.Factors.Pointer;
        for (int i = 0; i < _features; i++) g[i] = (0.5f * (_completeWeight + _modeWeights.Pointer[i])) - (h[i] * g[i]);
    }
}
