using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>D = (ν + 1)/2 · Σ log(1 + hᵢ rᵢ²), hᵢ = 1/(ν sᵢ²). A residual counts as at most 1e18 scales: beyond, its square overflows.</summary>
internal sealed unsafe class StudentTLoss<T>(StudentTLikelihood likelihood, int features, int threads) : RowLoss where T : unmanaged, ILanes<T>
{
    private const float Farthest = 1e18f;

    private readonly int _columns = AlignedBuffer.Padded(features);
    private readonly ObservedFeatures<T> _rootPrecision = new(features, threads);
    private readonly double[] _modes = new double[features];
    private readonly AlignedBuffer _modeWeights = new(AlignedBuffer.Padded(features));
    private readonly float _half = (float)(0.5 * (likelihood.Degrees + 1));
    private double _mode;
    private float _completeWeight;

    public override void Prepare(ReadOnlySpan<float> parameters)
    {
        _mode = 0;
        for (int i = 0; i < features; i++)
        {
            _rootPrecision.Factors.Span[i] = (float)(Math.Exp(-0.5 * parameters[i]) / Math.Sqrt(likelihood.Degrees));
            _mode += _modes[i] = likelihood.Normalization - (0.5 * parameters[i]);
        }
    }

    public override double LogLikelihoodAtMode(float* x, float* observed, int thread)
    {
        if (observed == null) return _mode;
        double sum = 0;
        for (int i = 0; i < features; i++) sum += observed[i] * _modes[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread)
    {
        float* h = _rootPrecision.Of(observed, thread);
        T sum = T.Create(0f), one = T.Create(1f), factor = T.Create(2 * weight * _half);
        for (nint i = 0; i < _columns; i += T.Count)
        {
            T root = T.Load(h + i), residual = Residual(x + i, output + i, root), ratio = T.MultiplyAdd(residual, residual, one);
            sum += VectorMath.Log(ratio);
            T.Store(factor * root * residual * T.Reciprocal(ratio), delta + i);
        }
        return _half * T.Sum(sum);
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
        T half = T.Create(_half), one = T.Create(1f);
        for (nint i = 0; i < _columns; i += T.Count)
        {
            T residual = Residual(x + i, output + i, T.Load(_rootPrecision.Factors.Pointer + i));
            T.Store(T.MultiplyAdd(half, VectorMath.Log(T.MultiplyAdd(residual, residual, one)), T.Load(sums + i)), sums + i);
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
        else for (int i = 0; i < features; i++) _modeWeights.Pointer[i] += weight * observed[i];
    }

    // ∂D/∂log s² = −(ν + 1)/2 · u/(1 + u), u = h r².
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddGradient(float* x, float* observed, float* output, float weight, AlignedBuffer gradient)
    {
        float* g = gradient.Pointer;
        T factor = T.Create(weight * _half), one = T.Create(1f);
        for (nint i = 0; i < gradient.Length; i += T.Count)
        {
            T residual = Residual(x + i, output + i, T.Load(_rootPrecision.Factors.Pointer + i)), square = residual * residual;
            T share = factor * square * T.Reciprocal(square + one);
            if (observed != null) share *= T.Load(observed + i);
            T.Store(T.Load(g + i) - share, g + i);
        }
    }

    public override void AddCodingGradient(float* observed, float* outputAtMean, float* output, float weight, AlignedBuffer gradient) =>
        AddGradient(outputAtMean, observed, output, weight, gradient);

    public override void FinishGradient(AlignedBuffer gradient)
    {
        for (int i = 0; i < features; i++) gradient.Pointer[i] += 0.5f * (_completeWeight + _modeWeights.Pointer[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Residual(float* x, float* output, T root) =>
        T.Max(T.Create(-Farthest), T.Min(T.Create(Farthest), (T.Load(output) - T.Load(x)) * root));
}
