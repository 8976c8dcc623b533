// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.ColumnCopyingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "CopyTransform")]
[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.ColumnSelectingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "SelectColumnsTransform")]

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly string _output, _input;

    internal ColumnCopyingEstimator(IHostEnvironment env, string output, string input)
        : base(env.Register(nameof(ColumnCopyingEstimator)), new ColumnCopyingTransformer(env, output, input)) => (_output, _input) = (output, input);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        var column = inputSchema.Find(Host, _input);
        return inputSchema.With([new(_output, column.Kind, column.ItemType, column.IsKey, column.Annotations)]);
    }
}

public sealed class ColumnCopyingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("COPYCOLT", "CopyTransform");
    private readonly string _output, _input;

    internal ColumnCopyingTransformer(IHostEnvironment env, string output, string input) : base(env.Register(nameof(ColumnCopyingTransformer)))
    {
        Host.CheckNonEmpty(output, "columns");
        Host.CheckNonEmpty(input, "columns");
        (_output, _input) = (output, input);
    }

    private static ColumnCopyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        ctx.SaveNonEmptyString(_output);
        ctx.SaveNonEmptyString(_input);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema)
    {
        var column = Input(inputSchema, _input);
        return [new(_output, column.Type, column.Annotations, [column.Index],
            row => (Delegate)Generic.Call(typeof(ColumnCopyingTransformer), nameof(Getter), [column.Type.RawType], row, column))];
    }

    private static ValueGetter<T> Getter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(IHostEnvironment env, string[] columns, bool keep, bool keepHidden)
        : base(env.Register(nameof(ColumnSelectingEstimator)), new ColumnSelectingTransformer(env, columns, keep, keepHidden)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        Transformer.CheckNames(inputSchema.Select(c => c.Name), nameof(inputSchema));
        return new SchemaShape(inputSchema.Where(c => Transformer.Keeps(c.Name)));
    }
}

/// <summary>Keeps the named columns in the order named, or drops them.</summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    private static VersionInfo Version => TransformHelpers.Version("SELCOLST", "SelectColumnsTransform");
    private readonly IHost _host;
    private readonly string[] _names;
    private readonly bool _keep, _keepHidden;

    internal ColumnSelectingTransformer(IHostEnvironment env, string[] names, bool keep, bool keepHidden)
    {
        _host = env.Register(nameof(ColumnSelectingTransformer));
        _host.CheckParam(names is { Length: > 0 }, keep ? "keepColumns" : "dropColumns");
        (_names, _keep, _keepHidden) = (names, keep, keepHidden);
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal bool Keeps(string name) => _names.Contains(name) == _keep;

    internal void CheckNames(IEnumerable<string> present, string paramName)
    {
        var missing = _names.Except(present).ToArray();
        if (missing.Length > 0) throw _host.ExceptSchemaMismatch(paramName, "input", string.Join(",", missing));
    }

    private static ColumnSelectingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, ValueCodec.Read<string>(ctx.Reader), ctx.Reader.ReadBoolean(), ctx.Reader.ReadBoolean());
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ValueCodec.Write(ctx.Writer, _names);
        ctx.Writer.Write(_keep);
        ctx.Writer.Write(_keepHidden);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new View(this, new EmptyDataView(inputSchema), nameof(inputSchema)).Schema;
    public IDataView Transform(IDataView input) => new View(this, input, nameof(input));
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new View(this, new EmptyDataView(inputSchema), nameof(inputSchema));

    private int[] Map(DataViewSchema input)
    {
        if (!_keep) return input.Where(c => !_names.Contains(c.Name)).Select(c => c.Index).ToArray();
        return _names.SelectMany(name => input.Where(c => c.Name == name && (_keepHidden || !c.IsHidden))).Select(c => c.Index).ToArray();
    }

    private sealed class View : IDataTransform, IRowToRowMapper
    {
        private readonly ColumnSelectingTransformer _owner;
        private readonly int[] _map;

        public View(ColumnSelectingTransformer owner, IDataView source, string paramName)
        {
            owner.CheckNames(source.Schema.Select(c => c.Name), paramName);
            (_owner, Source, _map) = (owner, source, owner.Map(source.Schema));
            var builder = new DataViewSchema.Builder();
            builder.AddColumns(_map.Select(i => source.Schema[i]));
            Schema = builder.ToSchema();
        }

        public IDataView Source { get; }
        public DataViewSchema Schema { get; }
        public bool CanShuffle => Source.CanShuffle;
        public long? GetRowCount() => Source.GetRowCount();
        DataViewSchema IRowToRowMapper.InputSchema => Source.Schema;
        DataViewSchema IRowToRowMapper.OutputSchema => Schema;
        void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_owner).Save(ctx);

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
            => dependingColumns.Select(c => Source.Schema[_map[c.Index]]).ToArray();

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(this, input);

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
            => new Cursor(this, Source.GetRowCursor(GetDependencies(columnsNeeded ?? []), rand));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
            => Source.GetRowCursorSet(GetDependencies(columnsNeeded ?? []), n, rand).Select(c => new Cursor(this, c)).ToArray();

        private DataViewSchema.Column InSource(DataViewSchema.Column column) => Source.Schema[_map[column.Index]];

        private sealed class Cursor(View view, DataViewRowCursor input) : WrappingCursor(input, view.Schema)
        {
            public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(view.InSource(column));

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            {
                Contracts.Check(null, IsColumnActive(column));
                return Input.GetGetter<TValue>(view.InSource(column));
            }
        }

        private sealed class Row(View view, DataViewRow input) : DataViewRow
        {
            public override DataViewSchema Schema => view.Schema;
            public override long Position => input.Position;
            public override long Batch => input.Batch;
            public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(view.InSource(column));
            public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(view.InSource(column));
            protected override void Dispose(bool disposing) => input.Dispose();
        }
    }
}
