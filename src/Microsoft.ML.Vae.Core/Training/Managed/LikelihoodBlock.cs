using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>The likelihood's own parameters (a learned variance, for instance): their gradient over the batch, and their Adam step.</summary>
internal sealed unsafe class LikelihoodBlock<T> where T : unmanaged, ILanes<T>
{
    private readonly Likelihood _likelihood;
    private readonly int _count, _features;
    private readonly QuadraticLoss<T>? _quadratic;
    private readonly double[] _sum;
    private float _totalWeight;

    public LikelihoodBlock(Likelihood likelihood, int features, IRowLoss loss)
    {
        (_likelihood, _features, _quadratic) = (likelihood, features, loss as QuadraticLoss<T>);
        _count = likelihood.ParameterCount(features);
        _sum = new double[_count];
        Parameters = new TrainedBuffer(AlignedBuffer.Padded(_count));
    }

    public TrainedBuffer Parameters { get; }

    public Span<float> Values => Parameters.Values.Span[.._count];

    /// <summary>Adds the gradient of some rows to what <see cref="Finish"/> will store.</summary>
    /// <param name="targets">The rows' features.</param>
    /// <param name="targetStride">Row stride of the targets.</param>
    /// <param name="weights">[rows], each row's share of the batch.</param>
    /// <param name="decoder">The decoder at z.</param>
    /// <param name="decoderAtMean">The decoder at μ, for the split loss.</param>
    /// <param name="first">True for the first rows of a batch.</param>
    public void Accumulate(float* targets, int targetStride, ReadOnlySpan<float> weights, StackPass<T> decoder, StackPass<T>? decoderAtMean, bool first)
    {
        if (_count == 0) return;
        if (first) Clear();
        if (_quadratic is null)
            AccumulateGeneral(targets, targetStride, weights, decoder, decoderAtMean);
        else
            AccumulateQuadratic(targets, targetStride, weights, decoder, decoderAtMean);
    }

    /// <summary>Stores the gradient of the rows accumulated; returns its squared norm.</summary>
    public double Finish()
    {
        if (_count == 0) return 0;
        float* g = Parameters.Gradient.Pointer;
        if (_quadratic is null)
        {
            for (int i = 0; i < _count; i++) g[i] = (float)_sum[i];
        }
        else
        {
            // ∂/∂log sᵢ² of ½ log sᵢ² + hᵢ rᵢ² is ½ − hᵢ rᵢ².
            float* h = _quadratic.HalfPrecision.Pointer;
            for (int i = 0; i < _count; i++) g[i] = (0.5f * _totalWeight) - (h[i] * g[i]);
        }
        return Elementwise<T>.SumOfSquares(g, Parameters.Length);
    }

    /// <summary>The Adam step of the stored gradient, scaled; parameters stay above their floor.</summary>
    public void Apply(in AdamUpdate<T> adam, float scale)
    {
        if (_count == 0) return;
        adam.Apply(Parameters, 0, Parameters.Length, Parameters.Gradient.Pointer, scale);
        foreach (ref float p in Values) p = Math.Max(p, _likelihood.ParameterFloor);
    }

    private void Clear()
    {
        Parameters.Gradient.Span.Clear();
        Array.Clear(_sum);
        _totalWeight = 0;
    }

    private void AccumulateQuadratic(float* targets, int targetStride, ReadOnlySpan<float> weights, StackPass<T> decoder, StackPass<T>? decoderAtMean)
    {
        for (int r = 0; r < weights.Length; r++)
        {
            float* x = targets + ((nint)r * targetStride), output = decoder.Output.Pointer + ((nint)r * decoder.OutputStride);
            _totalWeight += weights[r];
            if (decoderAtMean is null)
            {
                AddSquares(x, output, weights[r]);
                continue;
            }
            float* outputAtMean = decoderAtMean.Output.Pointer + ((nint)r * decoderAtMean.OutputStride);
            AddSquares(x, outputAtMean, weights[r]);
            AddSquares(outputAtMean, output, weights[r]);
        }
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

    private void AccumulateGeneral(float* targets, int targetStride, ReadOnlySpan<float> weights, StackPass<T> decoder, StackPass<T>? decoderAtMean)
    {
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
    }

    private ReadOnlySpan<float> Row(StackPass<T> pass, int row) => new(pass.Output.Pointer + ((nint)row * pass.OutputStride), _features);
}
