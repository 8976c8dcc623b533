namespace Microsoft.ML.Vae.Core;

/// <summary>Splits a source at random into rows to train on and rows held out. In memory by exact share; a stream row by row, by a hash of its place.</summary>
public static class HeldOutSplit
{
    /// <summary>Splits. Both parts together are the whole; the same seed gives the same parts.</summary>
    public static (IRowSource Kept, IRowSource HeldOut) Split(IRowSource rows, double heldOutFraction, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!(heldOutFraction >= 0 && heldOutFraction < 1)) throw new ArgumentOutOfRangeException(nameof(heldOutFraction), heldOutFraction, "Expected a share in [0, 1).");
        if (rows is MatrixRows matrix) return matrix.Split(heldOutFraction, random);
        return (new ShuffledRows(new HashedRows(rows, r => random.Uniform(r) >= heldOutFraction)), new HashedRows(rows, r => random.Uniform(r) < heldOutFraction));
    }

    /// <summary>About <paramref name="count"/> rows, drawn at random from the whole source and kept in its order; all of them where there are no more.</summary>
    internal static IRowSource Sample(IRowSource rows, int count, RandomStream random)
    {
        long available = rows.Count ?? CountOf(rows);
        return available <= count ? rows : Split(rows, (double)count / available, random).HeldOut;
    }

    private static long CountOf(IRowSource rows)
    {
        const int BatchRows = 256;
        var (features, weights) = (new float[BatchRows * rows.FeatureCount], new float[BatchRows]);
        using var reader = rows.Read(null);
        long seen = 0;
        for (int count; (count = reader.Read(features, weights)) > 0;) seen += count;
        return seen;
    }

    // The place of a row is known only in stored order: a random order is the business of the buffer around this source.
    private sealed class HashedRows(IRowSource inner, Func<long, bool> keep) : IRowSource
    {
        public int FeatureCount => inner.FeatureCount;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => new Reader(inner.Read(null), inner.FeatureCount, keep);

        private sealed class Reader(IRowReader inner, int m, Func<long, bool> keep) : IRowReader
        {
            private long _place;

            public int Read(Span<float> features, Span<float> weights)
            {
                int kept = 0;
                while (kept == 0)
                {
                    int count = inner.Read(features, weights);
                    if (count == 0) return 0;
                    for (int r = 0; r < count; r++)
                    {
                        if (!keep(_place++)) continue;
                        features.Slice(r * m, m).CopyTo(features[(kept * m)..]);
                        weights[kept++] = weights[r];
                    }
                }
                return kept;
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
