using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Maps single rows: computed lazily, when a getter is called, and once per row.</summary>
internal sealed class MappedRows(RowTransformer transformer, DataViewSchema inputSchema) : IRowToRowMapper
{
    public DataViewSchema InputSchema { get; } = inputSchema ?? throw new ArgumentNullException(nameof(inputSchema));

    public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        new ActiveColumns(transformer, InputSchema, OutputSchema, dependingColumns).Inputs;

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema) throw new ArgumentException("Schema of input row must be the same as the schema the mapper is bound to", nameof(input));
        return new MappedRow(transformer, input, OutputSchema, new ActiveColumns(transformer, InputSchema, OutputSchema, activeColumns));
    }

    private sealed class MappedRow(RowTransformer transformer, DataViewRow input, DataViewSchema schema, ActiveColumns active) : DataViewRow
    {
        private readonly bool[] _asked = new bool[schema.Count - input.Schema.Count];
        private IBatchComputation? _computation;
        private long _position = -1;
        private bool _disposed;

        public override DataViewSchema Schema { get; } = schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int output = active.Check<TValue>(column);
            if (output < 0) return input.GetGetter<TValue>(input.Schema[column.Index]);
            if (!_asked[output]) (_asked[output], _computation) = (true, null);
            IBatchComputation? bound = null;
            ValueGetter<TValue>? getter = null;
            return (ref TValue value) =>
            {
                var current = Current();
                if (current != bound) (bound, getter) = (current, (ValueGetter<TValue>)current.Getter(output, () => 0));
                getter!(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (_disposed) return;
            _disposed = true;
            if (disposing) input.Dispose();
            base.Dispose(disposing);
        }

        // A prediction engine marks every column active, so what counts is which getters were asked for; another one binds anew.
        private IBatchComputation Current()
        {
            if (_computation is null) (_computation, _position) = (transformer.Bind(input, [.. _asked], 1), -1);
            if (_position == input.Position && _position >= 0) return _computation;
            _computation.Fetch(0);
            _computation.Compute(1);
            _computation.End();
            _position = input.Position;
            return _computation;
        }
    }
}
