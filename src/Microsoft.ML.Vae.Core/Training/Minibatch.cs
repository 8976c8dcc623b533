namespace Microsoft.ML.Vae.Core;

/// <summary>Rows and noise of one step.</summary>
/// <param name="Features">[Count, m], row-major; any number where a value is missing, NaN nowhere.</param>
/// <param name="Noise">ε, [Count, K, n], row-major; K draws a row.</param>
/// <param name="Weights">[Count], weights of the rows in the average; empty: all equal.</param>
/// <param name="Count">Number of rows.</param>
public readonly record struct Minibatch(ReadOnlyMemory<float> Features, ReadOnlyMemory<float> Noise, ReadOnlyMemory<float> Weights, int Count)
{
    /// <summary>[Count, m], 1 where a value is observed and 0 where it is missing; empty: all are observed. What is missing has no distortion.</summary>
    public ReadOnlyMemory<float> Observed { get; init; }

    /// <summary>One row of it, of weight 1.</summary>
    internal Minibatch Row(int r)
    {
        int m = Features.Length / Count, noise = Noise.Length / Count;
        return new Minibatch(Features.Slice(r * m, m), Noise.Slice(r * noise, noise), default, 1) { Observed = Observed.IsEmpty ? default : Observed.Slice(r * m, m) };
    }

    /// <summary>Writes each row's share of the average, [Count]; all zero where every weight is.</summary>
    public void WriteShares(Span<float> shares)
    {
        var weights = Weights.Span;
        double total = Count;
        if (!weights.IsEmpty)
        {
            total = 0;
            foreach (float w in weights[..Count]) total += w;
            if (total <= 0) total = 1;
        }
        for (int r = 0; r < Count; r++) shares[r] = (float)((weights.IsEmpty ? 1.0 : weights[r]) / total);
    }
}
