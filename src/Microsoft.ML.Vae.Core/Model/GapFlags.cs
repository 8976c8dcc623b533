namespace Microsoft.ML.Vae.Core;

/// <summary>Flags behind the features of raw rows: 1 where the feature that a flag watches is missing.</summary>
internal static class GapFlags
{
    /// <summary>Appended to a column's name.</summary>
    public const string Suffix = " missing";

    /// <summary>Copies rows and appends their flags.</summary>
    /// <param name="rows">[count, m].</param>
    /// <param name="watched">The feature that each flag watches.</param>
    /// <param name="count">Rows.</param>
    /// <param name="flagged">[count, m + flags].</param>
    public static void Append(ReadOnlySpan<float> rows, IReadOnlyList<int> watched, int count, Span<float> flagged)
    {
        if (count == 0) return;
        int m = rows.Length / count, width = m + watched.Count;
        for (int r = 0; r < count; r++)
        {
            rows.Slice(r * m, m).CopyTo(flagged[(r * width)..]);
            for (int k = 0; k < watched.Count; k++) flagged[(r * width) + m + k] = float.IsNaN(rows[(r * m) + watched[k]]) ? 1 : 0;
        }
    }

    /// <summary>The columns of a table with flags: each watches a column of <paramref name="columns"/>.</summary>
    public static IReadOnlyList<FeatureColumn> Columns(IReadOnlyList<FeatureColumn> columns)
    {
        int m = columns.Sum(c => c.Length);
        return [.. columns, .. columns.Select((c, k) => new FeatureColumn(c.Name + Suffix, m + k, 1, ColumnKind.Binary))];
    }

    /// <summary>The same rows with flags, appended as they are read; without flags the rows themselves.</summary>
    public static IRowSource Behind(IRowSource rows, IReadOnlyList<int> watched) =>
        watched.Count == 0 ? rows : new WrappedRows(rows, reader => new Reader(reader, watched, rows.FeatureCount), rows.FeatureCount + watched.Count);

    private sealed class Reader(IRowReader inner, IReadOnlyList<int> watched, int m) : IRowReader
    {
        private float[] _rows = [];

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (_rows.Length < weights.Length * m) _rows = new float[weights.Length * m];
            int count = inner.Read(_rows.AsSpan(0, weights.Length * m), weights, places);
            Append(_rows.AsSpan(0, count * m), watched, count, features);
            return count;
        }

        public void Dispose() => inner.Dispose();
    }
}
