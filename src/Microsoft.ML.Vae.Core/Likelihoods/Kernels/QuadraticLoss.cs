using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>D = Σ hᵢ (xᵢ − x̂ᵢ)²: squared error (h = 1) and Gaussians of fixed or learned variance (h = 1/(2s²)).</summary>
/// <param name="features">m.</param>
/// <param name="threads">Threads.</param>
/// <param name="halfPrecision">hᵢ of a learned log sᵢ²; of any number where nothing is learned.</param>
/// <param name="modeWithoutScale">A feature's log-likelihood at the mode, but for −½ log sᵢ² of a learned variance.</param>
internal sealed unsafe class QuadraticLoss<T>(int features, int threads, Func<float, double> halfPrecision, double modeWithoutScale)
    : LocationScaleLoss<T>(features, threads, modeWithoutScale) where T : unmanaged, ILanes<T>
{
    protected override double FactorOf(float logScale) => halfPrecision(logScale);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread)
    {
        float* h = Factors.Of(observed, thread);
        int columns = Columns;
        T sum = T.Create(0f), twice = T.Create(2 * weight);
        for (nint i = 0; i < columns; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i), scaled = T.Load(h + i) * residual;
            sum = T.MultiplyAdd(scaled, residual, sum);
            T.Store(twice * scaled, delta + i);
        }
        return T.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddTerms(float* x, float* output, float* sums, int thread)
    {
        float* h = Factors.Factors.Pointer;
        int columns = Columns;
        for (nint i = 0; i < columns; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i);
            T.Store(T.MultiplyAdd(T.Load(h + i) * residual, residual, T.Load(sums + i)), sums + i);
        }
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

    // ∂/∂log sᵢ² of ½ log sᵢ² + hᵢ rᵢ² is ½ − hᵢ rᵢ².
    public override void FinishGradient(AlignedBuffer gradient)
    {
        float* g = gradient.Pointer, h = Factors.Factors.Pointer;
        for (int i = 0; i < Features; i++) g[i] = ModeGradient(i) - (h[i] * g[i]);
    }
}
