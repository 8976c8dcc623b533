using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>D = (ν + 1)/2 · Σ log(1 + hᵢ rᵢ²), hᵢ = 1/(ν sᵢ²). A residual counts as at most 1e18 scales: beyond, its square overflows.</summary>
internal sealed unsafe class StudentTLoss<T>(StudentTLikelihood likelihood, int features, int threads)
    : LocationScaleLoss<T>(features, threads, likelihood.Normalization) where T : unmanaged, ILanes<T>
{
    private const float Farthest = 1e18f;

    private readonly float _half = (float)(0.5 * (likelihood.Degrees + 1));

    // √hᵢ
    protected override double FactorOf(float logScale) => Math.Exp(-0.5 * logScale) / Math.Sqrt(likelihood.Degrees);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread)
    {
        float* h = Factors.Of(observed, thread);
        int columns = Columns;
        T sum = T.Create(0f), one = T.Create(1f), factor = T.Create(2 * weight * _half);
        for (nint i = 0; i < columns; i += T.Count)
        {
            T root = T.Load(h + i), residual = Residual(x + i, output + i, root), ratio = T.MultiplyAdd(residual, residual, one);
            sum += VectorMath.Log(ratio);
            T.Store(factor * root * residual * T.Reciprocal(ratio), delta + i);
        }
        return _half * T.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddTerms(float* x, float* output, float* sums, int thread)
    {
        float* h = Factors.Factors.Pointer;
        int columns = Columns;
        T half = T.Create(_half), one = T.Create(1f);
        for (nint i = 0; i < columns; i += T.Count)
        {
            T residual = Residual(x + i, output + i, T.Load(h + i));
            T.Store(T.MultiplyAdd(half, VectorMath.Log(T.MultiplyAdd(residual, residual, one)), T.Load(sums + i)), sums + i);
        }
    }

    // ∂D/∂log s² = −(ν + 1)/2 · u/(1 + u), u = h r².
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddGradient(float* x, float* observed, float* output, float weight, AlignedBuffer gradient)
    {
        float* g = gradient.Pointer, h = Factors.Factors.Pointer;
        T factor = T.Create(weight * _half), one = T.Create(1f);
        for (nint i = 0; i < gradient.Length; i += T.Count)
        {
            T residual = Residual(x + i, output + i, T.Load(h + i)), square = residual * residual;
            T share = factor * square * T.Reciprocal(square + one);
            if (observed != null) share *= T.Load(observed + i);
            T.Store(T.Load(g + i) - share, g + i);
        }
    }

    public override void FinishGradient(AlignedBuffer gradient)
    {
        for (int i = 0; i < Features; i++) gradient.Pointer[i] += ModeGradient(i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Residual(float* x, float* output, T root) =>
        T.Max(T.Create(-Farthest), T.Min(T.Create(Farthest), (T.Load(output) - T.Load(x)) * root));
}
