namespace Microsoft.ML.Vae.Core;

/// <summary>The rows of another source that lie at selected places, in whatever order that source can read.</summary>
internal sealed class SelectedRows(IRowSource inner, Func<long, bool> isSelected) : IRowSource
{
    public int FeatureCount => inner.FeatureCount;

    public long? Count => null;

    public bool IsInMemory => inner.IsInMemory;

    public IRowReader Read(RandomStream? order) => new Reader(inner.Read(order), inner.FeatureCount, isSelected);

    public Func<long, bool> Draw(double share, RandomStream random) => inner.Draw(share, random);

    private sealed class Reader(IRowReader inner, int m, Func<long, bool> isSelected) : IRowReader
    {
        private long[] _places = [];

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (_places.Length < weights.Length) _places = new long[weights.Length];
            int kept = 0;
            while (kept < weights.Length)
            {
                int from = kept, count = inner.Read(features[(from * m)..], weights[from..], _places.AsSpan(from, weights.Length - from));
                if (count == 0) break;
                for (int r = from; r < from + count; r++)
                {
                    if (!isSelected(_places[r])) continue;
                    if (r > kept) features.Slice(r * m, m).CopyTo(features[(kept * m)..]);
                    (weights[kept], _places[kept]) = (weights[r], _places[r]);
                    kept++;
                }
            }
            if (!places.IsEmpty) _places.AsSpan(0, kept).CopyTo(places);
            return kept;
        }

        public void Dispose() => inner.Dispose();
    }
}
