namespace Microsoft.ML.Vae.Core;

/// <summary>Rows that a pass has counted. A later pass that finds fewer throws: the source is not what it was, and its places do not hold.</summary>
internal sealed class CountedRows(IRowSource inner, long count) : IRowSource
{
    public int FeatureCount => inner.FeatureCount;

    public long? Count => count;

    public bool IsInMemory => inner.IsInMemory;

    public IRowReader Read(RandomStream? order) => new Reader(inner.Read(order), count);

    public IRowSource Where(Func<long, bool> isSelected) => inner.Where(isSelected);

    public Func<long, bool> Draw(double share, RandomStream random) => inner.Draw(share, random);

    private sealed class Reader(IRowReader inner, long count) : IRowReader
    {
        private long _seen;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int read = inner.Read(features, weights, places);
            _seen += read;
            if (read == 0 && _seen < count && !weights.IsEmpty)
                throw new EndOfStreamException($"The row source gave {count} rows in one pass and {_seen} in another: it was changed or cut while it was being read. Give it again when it rests.");
            return read;
        }

        public void Dispose() => inner.Dispose();
    }
}
