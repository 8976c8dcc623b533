using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Training rows of a data view: in memory where they fit, streamed anew each epoch where they do not. Rows without a positive weight are skipped, and rows that hold infinity, or nothing else than NaN, or, where missing values are refused, any NaN.</summary>
internal sealed class FeatureReader
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _features;
    private readonly DataViewSchema.Column? _weight;
    private readonly bool _acceptsMissing;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public FeatureReader(IHost host, IDataView data, string featureColumnName, string? weightColumnName, bool acceptsMissing)
    {
        ArgumentNullException.ThrowIfNull(data);
        FeatureCount = InputColumn.CheckVector(host, data.Schema, featureColumnName, "feature");
        if (weightColumnName is not null) InputColumn.CheckScalar(host, data.Schema, weightColumnName, "weight");
        (_data, _features, _acceptsMissing) = (data, data.Schema[featureColumnName], acceptsMissing);
        _weight = weightColumnName is null ? null : data.Schema[weightColumnName];
        FeatureNames = InputColumn.SlotNames(_features, "f");
    }

    public int FeatureCount { get; }

    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The source columns, as annotations tell them; null where each feature is a continuous one.</summary>
    public IReadOnlyList<FeatureColumn>? Columns(ColumnKind numbers)
    {
        var columns = InputColumn.SourceColumns(_features, FeatureNames, numbers);
        return columns.All(c => c.Kind == ColumnKind.Continuous) ? null : columns;
    }

    /// <summary>Keeps the rows where they and their weights fit into the given number of bytes; where they do not, reading stops there, and nothing is held.</summary>
    /// <exception cref="InvalidOperationException">There is no usable row.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled, or the token.</exception>
    public IRowSource Read(IHost host, IChannel channel, long memoryBudget, CancellationToken token)
    {
        var memory = new RowMemory(FeatureCount, _weight is not null, memoryBudget);
        using var rows = new Cursor(this);
        while (rows.MoveNext())
        {
            if (((rows.Used + rows.Skipped) & 1023) == 0) Stopping.ThrowIfRequested(host, token);
            if (rows.IsUsable && !memory.TryAdd(rows.Row, rows.Weight)) return new ShuffledRows(new StreamedRows(this, channel, "streamed in every epoch"));
        }
        Report(channel, rows, "kept in memory");
        if (rows.Used == 0)
            throw channel.Process(new InvalidOperationException(rows.Skipped > 0
                ? $"No valid training instances found, all instances have missing features{(_weight is null ? "" : " or no positive weight")}."
                : "Training set has 0 instances, aborting training."));
        return new MatrixRows(memory);
    }

    /// <summary>The rows, read anew in each pass.</summary>
    public IRowSource Stream(IChannel channel) => new StreamedRows(this, channel, "scored");

    private void Report(IChannel channel, Cursor rows, string whatBecameOfThem)
    {
        if (rows.Skipped > 0) channel.Warning("Skipped {0} instances with missing features{1} during training", rows.Skipped, _weight is null ? "" : " or without a positive weight");
        if (rows.Used > 0) channel.Info("Read {0} rows of {1} features; {2}", rows.Used, FeatureCount, whatBecameOfThem);
    }

    private sealed class Cursor : IDisposable
    {
        private readonly DataViewRowCursor _cursor;
        private readonly VectorSlots _features;
        private readonly ValueGetter<float>? _getWeight;
        private readonly bool _acceptsMissing;
        private float _weight = 1f;

        public Cursor(FeatureReader reader)
        {
            _cursor = reader._data.GetRowCursor(reader._weight is { } w ? [reader._features, w] : [reader._features]);
            _features = new VectorSlots(_cursor, reader._features.Name, reader.FeatureCount, 1);
            _acceptsMissing = reader._acceptsMissing;
            _getWeight = reader._weight is { } weight ? _cursor.GetGetter<float>(weight) : null;
        }

        public ReadOnlySpan<float> Row => _features.Table;

        public float Weight => _weight;

        public bool IsUsable { get; private set; }

        /// <summary>Rows seen so far that can be trained on, and those that cannot.</summary>
        public long Used { get; private set; }

        public long Skipped { get; private set; }

        public bool MoveNext()
        {
            if (!_cursor.MoveNext()) return false;
            _features.Fetch(0);
            _getWeight?.Invoke(ref _weight);
            IsUsable = float.IsFinite(_weight) && _weight > 0;
            bool isEmpty = true;
            foreach (float x in Row)
            {
                IsUsable &= float.IsFinite(x) || (_acceptsMissing && float.IsNaN(x));
                isEmpty &= float.IsNaN(x);
            }
            IsUsable &= !isEmpty;
            (Used, Skipped) = IsUsable ? (Used + 1, Skipped) : (Used, Skipped + 1);
            return true;
        }

        public void Dispose() => _cursor.Dispose();
    }

    // Reports on its first full pass: the one that learns the scaling, before training.
    private sealed class StreamedRows(FeatureReader reader, IChannel channel, string whatBecomesOfThem) : IRowSource
    {
        private bool _isReported;

        public int FeatureCount => reader.FeatureCount;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => new Reader(this, new Cursor(reader));

        private void Report(Cursor rows)
        {
            if (_isReported) return;
            _isReported = true;
            reader.Report(channel, rows, whatBecomesOfThem);
        }

        private sealed class Reader(StreamedRows owner, Cursor cursor) : IRowReader
        {
            public int Read(Span<float> features, Span<float> weights, Span<long> places)
            {
                int count = 0, m = cursor.Row.Length;
                while (count < weights.Length && cursor.MoveNext())
                {
                    if (!cursor.IsUsable) continue;
                    cursor.Row.CopyTo(features[(count * m)..]);
                    weights[count] = cursor.Weight;
                    if (!places.IsEmpty) places[count] = cursor.Used - 1;
                    count++;
                }
                if (count < weights.Length) owner.Report(cursor);
                return count;
            }

            public void Dispose() => cursor.Dispose();
        }
    }
}
