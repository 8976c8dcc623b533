// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
[assembly: Microsoft.ML.LoadableClass(typeof(ColumnCopyingTransformer), typeof(ColumnCopyingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "CopyTransform")]
namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : IEstimator<ColumnCopyingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair _columns;
    internal ColumnCopyingEstimator(IHostEnvironment env, InputOutputColumnPair columns) => (_host, _columns) = (env.Register(nameof(ColumnCopyingEstimator)), columns);
    public ColumnCopyingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var transformer = new ColumnCopyingTransformer(_host, [_columns]);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        var column = inputSchema.Find(_host, _columns.InputColumnName);
        return inputSchema.With([new(_columns.OutputColumnName, column.Kind, column.ItemType, column.IsKey, column.Annotations)]);
    }
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    private static readonly VersionInfo s_version = VersionInfo.Own("COPYCOLT", "CopyTransform");
    internal ColumnCopyingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns) : base(env, columns) { }
    private protected override VersionInfo Version => s_version;
    private static ColumnCopyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => new(env, Load(ctx, s_version));
    private protected override (DataViewType, DataViewSchema.Annotations, Func<DataViewRow, Delegate>) Bind(int index, DataViewSchema.Column input) => (input.Type, input.Annotations, row => Getter(row, input));
    internal static Delegate Getter(DataViewRow row, DataViewSchema.Column column) => (Delegate)Generic.Call(typeof(ColumnCopyingTransformer), nameof(TypedGetter), [column.Type.RawType], row, column);
    private static ValueGetter<T> TypedGetter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
