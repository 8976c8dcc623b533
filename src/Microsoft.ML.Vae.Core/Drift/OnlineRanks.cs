namespace Microsoft.ML.Vae.Core;

/// <summary>Counts all scores seen so far in cells of the number line that were fixed beforehand, 128 to each power of two, so that memory does not grow: 512 KiB.</summary>
/// <remarks>Which cell a score falls into depends on that score alone, therefore ranks of cells, ties parted by chance, are as exchangeable as the scores themselves.</remarks>
internal sealed class OnlineRanks
{
    private const int Cells = 1 << 16, DroppedBits = 16;

    // Sums over ranges of cells (Fenwick 1994), from 1.
    private readonly long[] _sums = new long[Cells + 1];

    private long _count;

    /// <summary>Adds a score, and tells where it stands among all so far, itself included: p = (#greater + u · #equal)/count, small = high.</summary>
    /// <param name="score">No NaN.</param>
    /// <param name="u">Uniform in [0, 1): parts those that are equal.</param>
    public double Add(float score, double u)
    {
        int cell = Cell(score);
        for (int i = cell + 1; i <= Cells; i += i & -i) _sums[i]++;
        _count++;
        long below = SumTo(cell), upTo = SumTo(cell + 1);
        return (_count - upTo + (u * (upTo - below))) / _count;
    }

    // Number in the cells before this one.
    private long SumTo(int cell)
    {
        long sum = 0;
        for (int i = cell; i > 0; i -= i & -i) sum += _sums[i];
        return sum;
    }

    // Bits of a float in the order of its value: negative ones are reversed.
    private static int Cell(float score)
    {
        // 0 and −0 are one score.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return (int)(((bits >> 31) != 0 ? ~bits : bits | 0x80000000u) >> DroppedBits);
    }
}
