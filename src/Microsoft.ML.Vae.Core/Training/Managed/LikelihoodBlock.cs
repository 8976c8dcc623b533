using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>The likelihood's own parameters (a learned variance, for instance): their gradient over the batch, and their Adam step.</summary>
internal sealed unsafe class LikelihoodBlock<T> where T : unmanaged, ILanes<T>
{
    private readonly Likelihood _likelihood;
    private readonly int _count, _features;
    private readonly QuadraticLoss<T>? _quadratic;
    private readonly double[] _sum;

    public LikelihoodBlock(Likelihood likelihood, int features, IRowLoss loss)
    {
        (_likelihood, _features, _quadratic) = (likelihood, features, loss as QuadraticLoss<T>);
        _count = likelihood.ParameterCount(features);
        _sum = new double[_count];
        Parameters = new TrainedBuffer(AlignedBuffer.Padded(_count));
    }

    public TrainedBuffer Parameters { get; }

    public Span<float> Values => Parameters.Values.Span[.._count];

    /// <summary>Stores the gradient; returns its squared norm.</summary>
    /// <param name="targets">The batch's features.</param>
    /// <param name="targetStride">Row stride of the targets.</param>
    /// <param name="weights">[rows], each row's share of the batch.</param>
    /// <param name="decoder">The decoder at z.</param>
    /// <param name="decoderAtMean">The decoder at μ, for the split loss.</param>
    public double StoreGradient(float* targets, int targetStride, ReadOnlySpan<float> weights, StackPass<T> decoder, StackPass<T>? decoderAtMean)
    {
        if (_count == 0) return 0;
        if (_quadratic is null)
            GeneralGradient(targets, targetStride, weights, decoder, decoderAtMean);
        else
            QuadraticGradient(targets, targetStride, weights, decoder, decoderAtMean);
        return Elementwise<T>.SumOfSquares(Parameters.Gradient.Pointer, Parameters.Length);
    }

    /// <summary>The Adam step of the stored gradient, scaled; parameters stay above their floor.</summary>
    public void Apply(in AdamUpdate<T> adam, float scale)
    {
        if (_count == 0) return;
        adam.Apply(Parameters, 0, Parameters.Length, Parameters.Gradient.Pointer, scale);
        foreach (ref float p in Values) p = Math.Max(p, _likelihood.ParameterFloor);
    }

    // ∂/∂log sᵢ² of ½ log sᵢ² + hᵢ rᵢ² is ½ − hᵢ rᵢ².
    private void QuadraticGradient(float* targets, int targetStride, ReadOnlySpan<float> weights, StackPass<T> decoder, StackPass<T>? decoderAtMean)
    {
        var gradient = Parameters.Gradient;
        gradient.Span.Clear();
        float total = 0;
        for (int r = 0; r < weights.Length; r++)
        {
            float* x = targets + ((nint)r * targetStride), output = decoder.Output.Pointer + ((nint)r * decoder.OutputStride);
            total += weights[r];
            if (decoderAtMean is null)
            {
                AddSquares(x, output, weights[r]);
                continue;
            }
            float* outputAtMean = decoderAtMean.Output.Pointer + ((nint)r * decoderAtMean.OutputStride);
            AddSquares(x, outputAtMean, weights[r]);
            AddSquares(outputAtMean, output, weights[r]);
        }
        T half = T.Create(0.5f * total);
        float* g = gradient.Pointer, h = _quadratic!.HalfPrecision.Pointer;
        for (nint i = 0; i < gradient.Length; i += T.Count) T.Store(T.SubtractProduct(T.Load(g + i), T.Load(h + i), half), g + i);
        gradient.Span[_count..].Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddSquares(float* x, float* output, float weight)
    {
        float* g = Parameters.Gradient.Pointer;
        T factor = T.Create(weight);
        for (nint i = 0; i < Parameters.Length; i += T.Count)
        {
            T residual = T.Load(output + i) - T.Load(x + i);
            T.Store(T.MultiplyAdd(factor * residual, residual, T.Load(g + i)), g + i);
        }
    }

    private void GeneralGradient(float* targets, int targetStride, ReadOnlySpan<float> weights, StackPass<T> decoder, StackPass<T>? decoderAtMean)
    {
        Array.Clear(_sum);
        var mean = decoderAtMean is null ? null : new float[_features];
        for (int r = 0; r < weights.Length; r++)
        {
            ReadOnlySpan<float> x = new(targets + ((nint)r * targetStride), _features), output = Row(decoder, r);
            double weight = weights[r] * _likelihood.RowWeight(x);
            _likelihood.AddModeGradient(Values, weights[r], _sum);
            if (mean is not null)
            {
                ReadOnlySpan<float> outputAtMean = Row(decoderAtMean!, r);
                _likelihood.AddParameterGradient(x, outputAtMean, Values, weight, _sum);
                outputAtMean.CopyTo(mean);
                _likelihood.Link.Apply(mean);
                x = mean;
            }
            _likelihood.AddParameterGradient(x, output, Values, weight, _sum);
        }
        for (int i = 0; i < _count; i++) Parameters.Gradient.Span[i] = (float)_sum[i];
    }

    private ReadOnlySpan<float> Row(StackPass<T> pass, int row) => new(pass.Output.Pointer + ((nint)row * pass.OutputStride), _features);
}
