// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;

public interface IRowToRowMapper
{
    DataViewSchema InputSchema { get; }
    DataViewSchema OutputSchema { get; }
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}

/// <summary>The mappers of a chain, seen as one.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;
    public DataViewSchema OutputSchema => mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema;
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(null, input, nameof(input));
        Contracts.CheckParam(null, input.Schema == InputSchema, nameof(input), "Schema did not match original schema");
        var needed = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        for (int i = mappers.Count - 1; i >= 0; i--) activeColumns = mappers[i].GetDependencies(needed[i] = activeColumns.ToArray());
        for (int i = 0; i < mappers.Count; i++) input = mappers[i].GetRow(input, needed[i]);
        return input;
    }
}

/// <summary>One column a transformer adds: what it reads, and how to make its getter on a row.</summary>
internal sealed record MappedColumn(string Name, DataViewType Type, DataViewSchema.Annotations Annotations, int[] Inputs, Func<DataViewRow, Delegate> MakeGetter);

/// <summary>Adds columns to a row, each computed only when it is active and its getter is called.</summary>
internal sealed class RowToRowMapper : IRowToRowMapper
{
    private readonly IReadOnlyList<MappedColumn> _added;
    // Per output column the input's index, or the complement of the added column's.
    private readonly List<int> _map;
    public RowToRowMapper(DataViewSchema input, IReadOnlyList<MappedColumn> added)
    {
        (InputSchema, _added, _map) = (input, added, [.. Enumerable.Range(0, input.Count)]);
        for (int i = 0; i < added.Count; i++)
        {
            // A column that replaces another stands right behind the one it hides.
            int hidden = _map.FindLastIndex(k => (k >= 0 ? input[k].Name : added[~k].Name) == added[i].Name);
            _map.Insert(hidden < 0 ? _map.Count : hidden + 1, ~i);
        }
        var builder = new DataViewSchema.Builder();
        var all = input.Select(c => new MappedColumn(c.Name, c.Type, c.Annotations, null, null)).ToArray();
        foreach (var column in _map.Select(k => k >= 0 ? all[k] : added[~k])) builder.AddColumn(column.Name, column.Type, column.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }
    public DataViewSchema OutputSchema { get; }
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.SelectMany(c => _map[c.Index] is var k && k >= 0 ? [k] : _added[~k].Inputs).ToHashSet();
        return InputSchema.Where(c => needed.Contains(c.Index)).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(null, input, nameof(input));
        Contracts.Check(null, input.Schema == InputSchema, "Schema of input row must be the same as the schema the mapper is bound to");
        return new Row(this, input, Cursors.Active(OutputSchema, activeColumns));
    }
    /// <summary>A mapped row; where its input is a cursor, it is one too.</summary>
    private sealed class Row(RowToRowMapper mapper, DataViewRow input, bool[] active) : DataViewRowCursor
    {
        private readonly Delegate[] _getters = mapper._map.Select((k, i) => k < 0 && active[i] ? mapper._added[~k].MakeGetter(input) : null).ToArray();
        public override DataViewSchema Schema => mapper.OutputSchema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
        public override bool MoveNext() => ((DataViewRowCursor)input).MoveNext();
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
        protected override void Dispose(bool disposing) => input.Dispose();
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Contracts.Check(null, column.Index < active.Length && active[column.Index]);
            int k = mapper._map[column.Index];
            return k >= 0 ? input.GetGetter<TValue>(input.Schema[k]) : Cursors.Cast<TValue>(_getters[column.Index]);
        }
    }
}

/// <summary>A view with a mapper's columns added.</summary>
internal sealed class MappedView(RowToRowMapper mapper, IDataView source) : ViewBase(mapper.OutputSchema)
{
    public override bool CanShuffle => source.CanShuffle;
    public override long? GetRowCount() => source.GetRowCount();
    protected override DataViewRowCursor Open(bool[] active, Random rand) => Wrap(source.GetRowCursor(Needed(active), rand), active);
    protected override DataViewRowCursor[] OpenSet(bool[] active, int n, Random rand) => source.GetRowCursorSet(Needed(active), n, rand).Select(c => Wrap(c, active)).ToArray();
    private IEnumerable<DataViewSchema.Column> Needed(bool[] active) => mapper.GetDependencies(Cursors.Columns(Schema, active));
    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) => (DataViewRowCursor)mapper.GetRow(cursor, Cursors.Columns(Schema, active));
}
