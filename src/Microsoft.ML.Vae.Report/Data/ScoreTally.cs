namespace Microsoft.ML.Vae.Report;

/// <summary>Counts of scores by class in a fixed number of bins, as fine as one part in two thousand: all that figures of any number of rows need.</summary>
internal sealed class ScoreTally
{
    // Of the 32 bits of a single, in an order that sorts: sign, exponent and 11 bits of the fraction.
    private const int DroppedBits = 12;

    private readonly long[][] _counts = [new long[1 << (32 - DroppedBits)], new long[1 << (32 - DroppedBits)]];
    private readonly long[] _flagged = new long[2];

    public long WithoutScore { get; private set; }

    public long Flagged => _flagged[0] + _flagged[1];

    public float Least { get; private set; } = float.PositiveInfinity;

    public float Greatest { get; private set; } = float.NegativeInfinity;

    public void Add(float score, bool isAnomaly, bool isFlagged)
    {
        if (float.IsNaN(score))
        {
            WithoutScore++;
            return;
        }
        int kind = isAnomaly ? 1 : 0;
        _counts[kind][Place(score)]++;
        if (isFlagged) _flagged[kind]++;
        (Least, Greatest) = (Math.Min(Least, score), Math.Max(Greatest, score));
    }

    public long FlaggedOf(bool isAnomaly) => _flagged[isAnomaly ? 1 : 0];

    public long CountOf(bool isAnomaly) => _counts[isAnomaly ? 1 : 0].Sum();

    /// <summary>Bins that hold rows, most anomalous first: a score within each, and how many of either class.</summary>
    public IEnumerable<(float Score, long Normal, long Anomalous)> Descending()
    {
        for (int i = _counts[0].Length - 1; i >= 0; i--)
            if (_counts[0][i] + _counts[1][i] > 0) yield return (Score(i), _counts[0][i], _counts[1][i]);
    }

    // Larger singles have larger places: of negative ones all bits are turned, of others the sign.
    private static int Place(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score);
        return (int)(((bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000) >> DroppedBits);
    }

    private static float Score(int place)
    {
        uint ordered = ((uint)place << DroppedBits) | (1u << (DroppedBits - 1));
        return BitConverter.UInt32BitsToSingle((ordered & 0x80000000) != 0 ? ordered & 0x7fffffff : ~ordered);
    }
}
