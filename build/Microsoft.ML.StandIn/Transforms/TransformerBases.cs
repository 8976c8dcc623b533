// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

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

    internal static InputOutputColumnPair[] Read(ModelLoadContext ctx)
    {
        var pairs = new InputOutputColumnPair[ctx.Reader.ReadInt32()];
        for (int i = 0; i < pairs.Length; i++) pairs[i] = new(ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return pairs;
    }

    internal static void Write(ModelSaveContext ctx, InputOutputColumnPair[] pairs)
    {
        ctx.Writer.Write(pairs.Length);
        foreach (var pair in pairs)
        {
            ctx.SaveNonEmptyString(pair.OutputColumnName);
            ctx.SaveNonEmptyString(pair.InputColumnName);
        }
    }
}

public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer> where TTransformer : class, ITransformer
{
    private protected readonly IHost Host;
    private protected readonly TTransformer Transformer;

    private protected TrivialEstimator(IHost host, TTransformer transformer) => (Host, Transformer) = (host, transformer);

    public TTransformer Fit(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        Transformer.GetOutputSchema(input.Schema);
        return Transformer;
    }

    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}

/// <summary>A transformer that adds columns, each computed from columns of the same row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;

    private protected RowToRowTransformerBase(IHost host) => Host = host;

    private protected abstract IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema);
    private protected abstract void SaveModel(ModelSaveContext ctx);

    bool ITransformer.IsRowToRowMapper => true;
    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Map(new EmptyDataView(inputSchema)).Schema;
    }

    public IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return Map(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Map(new EmptyDataView(inputSchema));
    }

    private RowToRowMapperTransform Map(IDataView input) => new(this, input, Bind(input.Schema));

    private protected void SaveHeader(ModelSaveContext ctx, VersionInfo version)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(version);
    }

    private protected DataViewSchema.Column Input(DataViewSchema inputSchema, string name)
        => inputSchema.GetColumnOrNull(name) ?? throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", name);

    private protected static DataViewSchema.Annotations Annotate(Action<DataViewSchema.Annotations.Builder> add)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        add(builder);
        return builder.ToAnnotations();
    }
}

internal static class TransformHelpers
{
    /// <summary>The shape with one more or one replaced column.</summary>
    public static SchemaShape With(this SchemaShape shape, IEnumerable<SchemaShape.Column> columns)
    {
        var result = shape.ToDictionary(c => c.Name);
        foreach (var column in columns) result[column.Name] = column;
        return new SchemaShape(result.Values);
    }

    public static SchemaShape.Column Find(this SchemaShape inputSchema, IHost host, string name)
        => inputSchema.TryFindColumn(name, out var column) ? column : throw host.ExceptSchemaMismatch(nameof(inputSchema), "input", name);

    public static VersionInfo Version(string modelSignature, string loaderSignature)
        => new(modelSignature, 0x00010001, 0x00010001, 0x00010001, typeof(TransformHelpers).Assembly.GetName().Name, loaderSignature);

    /// <summary>A getter that maps a scalar or each explicit item of a vector.</summary>
    public static Delegate MapItems<TIn, TOut>(DataViewRow row, DataViewSchema.Column column, Func<int, TIn, TOut> map, bool densify)
    {
        if (column.Type is not VectorDataViewType)
        {
            var one = row.GetGetter<TIn>(column);
            TIn value = default;
            return (ValueGetter<TOut>)((ref TOut result) =>
            {
                one(ref value);
                result = map(0, value);
            });
        }
        var all = row.GetGetter<VBuffer<TIn>>(column);
        VBuffer<TIn> fetched = default, dense = default;
        return (ValueGetter<VBuffer<TOut>>)((ref VBuffer<TOut> result) =>
        {
            all(ref fetched);
            if (densify) fetched.CopyToDense(ref dense);
            var source = densify ? dense : fetched;
            var values = source.GetValues();
            var indices = source.GetIndices();
            var editor = VBufferEditor.Create(ref result, source.Length, values.Length);
            for (int i = 0; i < values.Length; i++) editor.Values[i] = map(source.IsDense ? i : indices[i], values[i]);
            indices.CopyTo(editor.Indices);
            result = editor.Commit();
        });
    }
}
