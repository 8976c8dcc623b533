namespace Microsoft.ML.Vae.Core;

/// <summary>One pass over a row source. Calls come one after another, but not always from the same thread.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Fills up to <paramref name="weights"/>.Length rows; returns how many, 0 at the end and ever after.</summary>
    /// <param name="features">[rows, m], row-major.</param>
    /// <param name="weights">[rows], 1 where the source has none.</param>
    /// <param name="places">[rows], where the rows are stored; empty where nobody asks.</param>
    int Read(Span<float> features, Span<float> weights, Span<long> places);

    /// <summary>The same without places.</summary>
    int Read(Span<float> features, Span<float> weights) => Read(features, weights, default);

    /// <summary>Fills all rows, unless the source ends before; returns how many.</summary>
    internal int Fill(Span<float> features, Span<float> weights, Span<long> places = default)
    {
        if (weights.IsEmpty) return 0;
        int filled = 0, m = features.Length / weights.Length;
        while (filled < weights.Length)
        {
            int count = Read(features[(filled * m)..], weights[filled..], places.IsEmpty ? places : places[filled..]);
            if (count == 0) break;
            filled += count;
        }
        return filled;
    }
}
