using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Counts rows that equal one of a bank to the bit. Where values repeat that is usual; where they do not, the rows are those that the bank was made of, and calibrate nothing.</summary>
internal sealed class KnownRows
{
    // Known rows score low. A share q of them among the calibration rows raises the false-alarm rate to α/(1 − q): 5 % more of it is less than calibrations differ by.
    private const double Slack = 0.05;

    // What is usual is estimated from the bank, half of which was chosen for being unlike the others: twice its own share.
    private const double Usual = 2;

    private readonly ReferenceBank? _bank;
    private long _rows, _known;

    public KnownRows(ReferenceBank? bank) => _bank = bank;

    /// <summary>Counts the rows of the last batch.</summary>
    public void Look(AnomalyScorer scorer, int count)
    {
        if (_bank is null) return;
        int m = _bank.FeatureCount;
        for (int r = 0; r < count; r++)
        {
            if (double.IsNaN(scorer.Scores[r])) continue;
            var row = scorer.Vae.Scaled.Slice(r * m, m);
            _rows++;
            foreach (int nearest in scorer.NearestRows(r))
            {
                if (nearest < 0 || !row.SequenceEqual(_bank[nearest])) continue;
                _known++;
                break;
            }
        }
    }

    /// <exception cref="InvalidOperationException">There were more than would be usual among new rows.</exception>
    public void ThrowIfTooMany()
    {
        if (_bank is null || _rows == 0) return;
        double share = (double)_known / _rows, usual = RepeatedShare();
        if (share > (Usual * usual) + Slack)
            throw new InvalidOperationException($"{share:P0} of the calibration rows are among the {_bank.Count} that the model remembers; of new rows about {usual:P0} would be. "
                + "Known rows look more normal than new ones: calibrate on rows that the model was not trained on.");
    }

    // Share of the bank's rows that another one of it equals.
    private double RepeatedShare()
    {
        var counts = new Dictionary<UInt128, int>();
        UInt128[] hashes = [.. Enumerable.Range(0, _bank!.Count).Select(r => Hash(_bank[r]))];
        foreach (var hash in hashes) CollectionsMarshal.GetValueRefOrAddDefault(counts, hash, out _)++;
        return (double)hashes.Count(h => counts[h] > 1) / _bank.Count;
    }

    private static UInt128 Hash(ReadOnlySpan<float> row) => new(Fnv(row, 0xCBF29CE484222325), Fnv(row, 0x9E3779B97F4A7C15));

    private static ulong Fnv(ReadOnlySpan<float> row, ulong hash)
    {
        foreach (float v in row) hash = (hash ^ BitConverter.SingleToUInt32Bits(v + 0f)) * 0x100000001B3;
        return hash;
    }
}
