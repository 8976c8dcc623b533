// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;

public sealed class InputOutputColumnPair
{
    public InputOutputColumnPair(string outputColumnName, string inputColumnName = null)
    {
        Contracts.CheckNonEmpty(null, outputColumnName, nameof(outputColumnName));
        (OutputColumnName, InputColumnName) = (outputColumnName, inputColumnName ?? outputColumnName);
    }

    public string InputColumnName { get; }
    public string OutputColumnName { get; }
}

/// <summary>A transformer that adds columns, each computed from columns of the same row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;
    private protected RowToRowTransformerBase(IHostEnvironment env) => Host = env.Register(GetType().Name);
    private protected abstract VersionInfo Version { get; }
    private protected abstract IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema);
    private protected abstract void SaveModel(BinaryWriter writer);
    bool ITransformer.IsRowToRowMapper => true;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Map(inputSchema, nameof(inputSchema)).OutputSchema;
    public IDataView Transform(IDataView input) => new MappedView(Map(input?.Schema, nameof(input)), input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Map(inputSchema, nameof(inputSchema));
    private RowToRowMapper Map(DataViewSchema input, string parameter) { Host.CheckValue(input, parameter); return new(input, Bind(input)); }
    private protected DataViewSchema.Column Input(DataViewSchema inputSchema, string name) => inputSchema.GetColumnOrNull(name) ?? throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", name);
    void ICanSaveModel.Save(ModelSaveContext ctx) { ctx.CheckAtModel(); ctx.SetVersionInfo(Version); SaveModel(ctx.Writer); }
}

/// <summary>A transformer that makes each output column of one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected readonly InputOutputColumnPair[] Columns;
    private protected OneToOneTransformerBase(IHostEnvironment env, InputOutputColumnPair[] columns) : base(env) => Columns = columns;
    private protected abstract (DataViewType Type, DataViewSchema.Annotations Annotations, Func<DataViewRow, Delegate> MakeGetter) Bind(int index, DataViewSchema.Column input);
    private protected sealed override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema) => Columns.Select((pair, k) =>
    {
        var input = Input(inputSchema, pair.InputColumnName);
        var (type, annotations, makeGetter) = Bind(k, input);
        return new MappedColumn(pair.OutputColumnName, type, annotations, [input.Index], makeGetter);
    }).ToArray();

    private protected override void SaveModel(BinaryWriter writer)
    {
        ValueCodec.Write(writer, Columns.Select(c => c.OutputColumnName).ToArray());
        ValueCodec.Write(writer, Columns.Select(c => c.InputColumnName).ToArray());
    }
    /// <summary>Checks the part's version and reads its columns, which come first.</summary>
    private protected static InputOutputColumnPair[] Load(ModelLoadContext ctx, VersionInfo version)
    {
        ctx.CheckAtModel(version);
        return ValueCodec.Read<string>(ctx.Reader).Zip(ValueCodec.Read<string>(ctx.Reader), (output, input) => new InputOutputColumnPair(output, input)).ToArray();
    }
}

internal interface IInternalCatalog { IHostEnvironment Environment { get; } }
internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog) { Contracts.CheckValue(null, catalog, nameof(catalog)); return catalog.Environment; }
}
