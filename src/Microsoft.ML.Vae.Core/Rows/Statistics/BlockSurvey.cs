namespace Microsoft.ML.Vae.Core;

/// <summary>Learns of blocks of features whether rows are one-hot there, and how often none is hot.</summary>
/// <param name="features">m.</param>
/// <param name="blocks">Where they lie.</param>
internal sealed class BlockSurvey(int features, IReadOnlyList<(int First, int Length)> blocks) : IRowObserver
{
    private readonly long[] _empty = new long[blocks.Count];
    private readonly bool[] _isOneHot = [.. blocks.Select(_ => true)];

    /// <summary>Rows without a category, of the block that begins there; missing ones do not count.</summary>
    public long EmptyOf(int first) => _empty[At(first)];

    /// <summary>Whether every row holds one 1 at most, and zeros, in the block that begins there.</summary>
    public bool IsOneHotAt(int first) => _isOneHot[At(first)];

    public double[] ToNumbers() => [.. _empty.Select(n => (double)n), .. _isOneHot.Select(o => o ? 1.0 : 0.0)];

    /// <summary>Adds what was learnt elsewhere.</summary>
    public void Join(ReadOnlySpan<double> numbers)
    {
        for (int b = 0; b < _empty.Length; b++)
        {
            _empty[b] += (long)numbers[b];
            _isOneHot[b] &= numbers[_empty.Length + b] != 0;
        }
    }

    public void Observe(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        for (int r = 0; r < weights.Length; r++)
            for (int b = 0; b < blocks.Count; b++) See(rows.Slice((r * features) + blocks[b].First, blocks[b].Length), b);
    }

    private int At(int first) => Enumerable.Range(0, blocks.Count).First(b => blocks[b].First == first);

    private void See(ReadOnlySpan<float> block, int b)
    {
        int hot = 0;
        foreach (float v in block)
        {
            if (float.IsNaN(v)) return;
            _isOneHot[b] &= v is 0 or 1;
            if (v == 1) hot++;
        }
        _isOneHot[b] &= hot <= 1;
        if (hot == 0) _empty[b]++;
    }
}
