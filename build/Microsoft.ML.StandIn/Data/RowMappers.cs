// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public interface IRowToRowMapper
{
    DataViewSchema InputSchema { get; }
    DataViewSchema OutputSchema { get; }
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}

internal interface IDataTransform : IDataView, ICanSaveModel
{
    IDataView Source { get; }
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
        for (int i = mappers.Count - 1; i >= 0; i--)
        {
            needed[i] = activeColumns.ToArray();
            activeColumns = mappers[i].GetDependencies(needed[i]);
        }
        for (int i = 0; i < mappers.Count; i++) input = mappers[i].GetRow(input, needed[i]);
        return input;
    }
}

/// <summary>One column a transformer adds: what it reads, and how to make its getter on a row.</summary>
internal sealed record MappedColumn(string Name, DataViewType Type, DataViewSchema.Annotations Annotations, int[] Inputs, Func<DataViewRow, Delegate> MakeGetter);

/// <summary>Adds columns to a view, each computed only when it is active and its getter is called.</summary>
internal sealed class RowToRowMapperTransform : IDataTransform, IRowToRowMapper
{
    private readonly ITransformer _owner;
    private readonly IReadOnlyList<MappedColumn> _added;
    // Per output column the input's index, or the complement of the added column's.
    private readonly List<int> _map = [];

    public RowToRowMapperTransform(ITransformer owner, IDataView source, IReadOnlyList<MappedColumn> added)
    {
        (_owner, Source, _added) = (owner, source, added);
        var input = source.Schema;
        _map.AddRange(Enumerable.Range(0, input.Count));
        string NameOf(int k) => k >= 0 ? input[k].Name : added[~k].Name;
        for (int i = 0; i < added.Count; i++)
        {
            // A column that replaces another stands right behind the one it hides.
            int hidden = _map.FindLastIndex(k => NameOf(k) == added[i].Name);
            _map.Insert(hidden < 0 ? _map.Count : hidden + 1, ~i);
        }
        var builder = new DataViewSchema.Builder();
        foreach (int k in _map)
        {
            if (k >= 0) builder.AddColumn(input[k].Name, input[k].Type, input[k].Annotations);
            else builder.AddColumn(added[~k].Name, added[~k].Type, added[~k].Annotations);
        }
        Schema = builder.ToSchema();
    }

    public IDataView Source { get; }
    public DataViewSchema Schema { get; }
    public bool CanShuffle => Source.CanShuffle;
    public long? GetRowCount() => Source.GetRowCount();
    DataViewSchema IRowToRowMapper.InputSchema => Source.Schema;
    DataViewSchema IRowToRowMapper.OutputSchema => Schema;
    void ICanSaveModel.Save(ModelSaveContext ctx) => _owner.Save(ctx);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new HashSet<int>();
        foreach (int k in dependingColumns.Select(c => _map[c.Index])) needed.UnionWith(k >= 0 ? [k] : _added[~k].Inputs);
        return Source.Schema.Where(c => needed.Contains(c.Index)).ToArray();
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        return new Cursor(this, Source.GetRowCursor(GetDependencies(Schema.Where(c => active[c.Index])), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        return Source.GetRowCursorSet(GetDependencies(Schema.Where(c => active[c.Index])), n, rand).Select(c => new Cursor(this, c, active)).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(null, input, nameof(input));
        Contracts.Check(null, input.Schema == Source.Schema, "Schema of input row must be the same as the schema the mapper is bound to");
        return new Row(this, input, Cursors.Active(Schema, activeColumns));
    }

    private Delegate[] MakeGetters(DataViewRow input, bool[] active)
        => _map.Select((k, i) => k < 0 && active[i] ? _added[~k].MakeGetter(input) : null).ToArray();

    private ValueGetter<TValue> Getter<TValue>(DataViewRow input, bool[] active, Delegate[] getters, DataViewSchema.Column column)
    {
        Contracts.Check(null, column.Index < active.Length && active[column.Index]);
        int k = _map[column.Index];
        return k >= 0 ? input.GetGetter<TValue>(input.Schema[k]) : Cursors.Cast<TValue>(getters[column.Index]);
    }

    private sealed class Cursor(RowToRowMapperTransform parent, DataViewRowCursor input, bool[] active) : WrappingCursor(input, parent.Schema)
    {
        private readonly Delegate[] _getters = parent.MakeGetters(input, active);
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => parent.Getter<TValue>(Input, active, _getters, column);
    }

    private sealed class Row(RowToRowMapperTransform parent, DataViewRow input, bool[] active) : DataViewRow
    {
        private readonly Delegate[] _getters = parent.MakeGetters(input, active);
        public override DataViewSchema Schema => parent.Schema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => parent.Getter<TValue>(input, active, _getters, column);
        protected override void Dispose(bool disposing) => input.Dispose();
    }
}
