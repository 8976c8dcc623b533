using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Maps single rows: computed lazily inside the getters, since a prediction engine marks every column active.</summary>
internal sealed class MappedRows(IBatchMapping mapping, DataViewSchema inputSchema) : IRowToRowMapper
{
    public DataViewSchema InputSchema { get; } = inputSchema ?? throw new ArgumentNullException(nameof(inputSchema));

    public DataViewSchema OutputSchema { get; } = BatchTransform.OutputSchema(mapping, inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        BatchTransform.InputColumns(mapping, InputSchema, BatchTransform.Active(OutputSchema, dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema) throw new ArgumentException("Schema of input row must be the same as the schema the mapper is bound to", nameof(input));
        return new MappedRow(mapping, input, OutputSchema, BatchTransform.Active(OutputSchema, activeColumns));
    }

    private sealed class MappedRow : DataViewRow
    {
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly IBatchComputation? _computation;
        private long _position = -1;
        private bool _disposed;

        public MappedRow(IBatchMapping mapping, DataViewRow input, DataViewSchema schema, bool[] active)
        {
            (_input, Schema, _active) = (input, schema, active);
            bool[] wanted = BatchTransform.Wanted(active, input.Schema.Count);
            if (wanted.Contains(true)) _computation = mapping.Bind(input, wanted, 1);
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            BatchTransform.CheckActive(_active, column);
            int inputs = _input.Schema.Count;
            return column.Index < inputs
                ? _input.GetGetter<TValue>(_input.Schema[column.Index])
                : BatchTransform.Cast<TValue>(_computation!.Getter(column.Index - inputs, CurrentSlot));
        }

        protected override void Dispose(bool disposing)
        {
            if (_disposed) return;
            _disposed = true;
            if (disposing) _input.Dispose();
            base.Dispose(disposing);
        }

        private int CurrentSlot()
        {
            if (_position == _input.Position && _position >= 0) return 0;
            _computation!.Fetch(0);
            _computation.Compute(1);
            _position = _input.Position;
            return 0;
        }
    }
}
