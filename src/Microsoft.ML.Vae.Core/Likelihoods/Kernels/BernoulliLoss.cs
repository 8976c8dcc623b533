using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Binary cross-entropy on logits. The entropy of x, which distortion and mode share with opposite signs, is left out of both.</summary>
internal sealed unsafe class BernoulliLoss<T> : RowLoss where T : unmanaged, ILanes<T>
{
    // A product of this many factors in [1, 2] is finite; one logarithm then serves them all.
    private const int FactorsPerLogarithm = 64;

    private readonly ObservedFeatures<T> _isFeature;

    public BernoulliLoss(int features, int threads)
    {
        _isFeature = new ObservedFeatures<T>(features, threads);
        _isFeature.Factors.Span[..features].Fill(1f);
    }

    public override double LogLikelihoodAtMode(float* x, float* observed, int thread) => 0;

    // softplus(l) − x l = max(l, 0) − x l + log(1 + e^−|l|)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread)
    {
        T sum = T.Create(0f), one = T.Create(1f), zero = T.Create(0f), factor = T.Create(weight);
        float* mask = _isFeature.Of(observed, thread);
        int columns = _isFeature.Columns, block = FactorsPerLogarithm * T.Count;
        for (int from = 0; from < columns; from += block)
        {
            T product = one;
            for (nint i = from; i < Math.Min(columns, from + block); i += T.Count)
            {
                T logit = T.Load(output + i), target = T.Load(x + i), isFeature = T.Load(mask + i);
                T e = VectorMath.Exp(zero - T.Abs(logit)), denominator = one + e;
                T sigmoid = T.Select(T.GreaterThan(zero, logit), e, one) * T.Reciprocal(denominator);
                product *= T.MultiplyAdd(isFeature, e, one);
                sum = T.MultiplyAdd(isFeature, T.SubtractProduct(target, logit, T.Max(zero, logit)), sum);
                T.Store(isFeature * factor * (sigmoid - target), delta + i);
            }
            sum += VectorMath.Log(product);
        }
        return T.Sum(sum);
    }

    // With x̆ = σ(l): D = (softplus(o) − x̆ o) − (softplus(l) − x̆ l), ∂D/∂l = (l − o) x̆ (1 − x̆).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double CodingDistortion(float* observed, float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        T sum = T.Create(0f), factor = T.Create(weight);
        float* mask = _isFeature.Of(observed, thread);
        for (nint i = 0; i < _isFeature.Columns; i += T.Count)
        {
            T l = T.Load(outputAtMean + i), o = T.Load(output + i), difference = l - o, isFeature = T.Load(mask + i), masked = factor * isFeature;
            T mean = VectorMath.Sigmoid(l, out T softplusAtMean), sigmoid = VectorMath.Sigmoid(o, out T softplus);
            sum = T.MultiplyAdd(isFeature, T.MultiplyAdd(mean, difference, softplus - softplusAtMean), sum);
            T.Store(masked * (sigmoid - mean), delta + i);
            T.Store(T.MultiplyAdd(masked * difference, T.SubtractProduct(mean, mean, mean), T.Load(deltaAtMean + i)), deltaAtMean + i);
        }
        return T.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddTerms(float* x, float* output, float* sums, int thread)
    {
        for (nint i = 0; i < _isFeature.Columns; i += T.Count)
        {
            T logit = T.Load(output + i), crossEntropy = T.SubtractProduct(T.Load(x + i), logit, VectorMath.Softplus(logit));
            T.Store(T.Load(sums + i) + crossEntropy, sums + i);
        }
    }

    public override double TermAtMode(float x, int feature) => StableMath.XLogX(x) + StableMath.XLogX(1.0 - x);
}
