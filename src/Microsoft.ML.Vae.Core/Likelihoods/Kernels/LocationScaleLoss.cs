using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>A loss that depends on x − x̂ alone, with a factor per feature that may be learned as log sᵢ²: what Gaussians and Student's t share.</summary>
/// <param name="features">m.</param>
/// <param name="threads">Threads.</param>
/// <param name="modeWithoutScale">A feature's log-likelihood at the mode, but for −½ log sᵢ².</param>
internal abstract unsafe class LocationScaleLoss<T>(int features, int threads, double modeWithoutScale) : RowLoss where T : unmanaged, ILanes<T>
{
    private readonly double[] _modes = new double[features];
    private readonly AlignedBuffer _modeWeights = new(AlignedBuffer.Padded(features));
    private double _mode;
    private float _completeWeight;

    /// <summary>m.</summary>
    protected int Features { get; } = features;

    /// <summary>Features with padding.</summary>
    protected int Columns { get; } = AlignedBuffer.Padded(features);

    /// <summary>The factor of each feature.</summary>
    protected ObservedFeatures<T> Factors { get; } = new(features, threads);

    /// <summary>The factor that belongs to a log sᵢ².</summary>
    protected abstract double FactorOf(float logScale);

    public override void Prepare(ReadOnlySpan<float> parameters)
    {
        _mode = 0;
        for (int i = 0; i < Features; i++)
        {
            float logScale = parameters.IsEmpty ? 0 : parameters[i];
            Factors.Factors.Span[i] = (float)FactorOf(logScale);
            _mode += _modes[i] = modeWithoutScale - (0.5 * logScale);
        }
    }

    public override double LogLikelihoodAtMode(float* x, float* observed, int thread)
    {
        if (observed == null) return _mode;
        double sum = 0;
        for (int i = 0; i < Features; i++) sum += observed[i] * _modes[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double CodingDistortion(float* observed, float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        double distortion = Distortion(outputAtMean, observed, output, delta, weight, thread);
        for (nint i = 0; i < Columns; i += T.Count) T.Store(T.Load(deltaAtMean + i) - T.Load(delta + i), deltaAtMean + i);
        return distortion;
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
        else for (int i = 0; i < Features; i++) _modeWeights.Pointer[i] += weight * observed[i];
    }

    public override void AddCodingGradient(float* observed, float* outputAtMean, float* output, float weight, AlignedBuffer gradient) =>
        AddGradient(outputAtMean, observed, output, weight, gradient);

    /// <summary>∂(−mode)/∂log sᵢ² of the batch.</summary>
    protected float ModeGradient(int i) => 0.5f * (_completeWeight + _modeWeights.Pointer[i]);
}
