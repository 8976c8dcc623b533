// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
[assembly: Microsoft.ML.LoadableClass(typeof(ValueToKeyMappingTransformer), typeof(ValueToKeyMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "TermTransform")]
[assembly: Microsoft.ML.LoadableClass(typeof(KeyToVectorMappingTransformer), typeof(KeyToVectorMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "KeyToVectorTransform")]
namespace Microsoft.ML.Transforms;
/// <summary>Numbers the texts of a column by order of occurrence; what was not seen, and empty text, is key 0.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    internal ValueToKeyMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns) => (_host, _columns) = (env.Register(nameof(ValueToKeyMappingEstimator)), columns);
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var kind = inputSchema.Find(_host, pair.InputColumnName).Kind;
            return new SchemaShape.Column(pair.OutputColumnName, kind, NumberDataViewType.UInt32, true, new SchemaShape([AnnotationUtils.ShapeOf(Kinds.KeyValues)]));
        }).ToArray());
    }
    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return new ValueToKeyMappingTransformer(_host, _columns, _columns.Select(pair =>
        {
            var column = input.Schema.GetColumnOrNull(pair.InputColumnName) ?? throw _host.ExceptSchemaMismatch(nameof(input), "input", pair.InputColumnName);
            if (column.Type is not TextDataViewType) throw new NotSupportedException("Keys of other values than text are not part of the stand-in for Microsoft.ML.");
            return input.GetColumn<string>(column.Name).Where(text => text.Length > 0).Distinct().ToArray();
        }).ToArray());
    }
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    private static readonly VersionInfo s_version = VersionInfo.Own("TERMTRAN", "TermTransform");
    private readonly string[][] _terms;
    internal ValueToKeyMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns, string[][] terms) : base(env, columns) => _terms = terms;
    private protected override VersionInfo Version => s_version;
    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        => Load(ctx, s_version) is var columns ? new(env, columns, columns.Select(_ => ValueCodec.Read<string>(ctx.Reader)).ToArray()) : null;
    private protected override void SaveModel(BinaryWriter writer)
    {
        base.SaveModel(writer);
        foreach (string[] terms in _terms) ValueCodec.Write(writer, terms);
    }
    private protected override (DataViewType, DataViewSchema.Annotations, Func<DataViewRow, Delegate>) Bind(int index, DataViewSchema.Column input)
    {
        string[] terms = _terms[index];
        Host.Check(input.Type is TextDataViewType, $"Could not apply a map over type 'String' to column '{input.Name}' since it has type '{input.Type}'");
        var annotations = AnnotationUtils.Build(builder =>
        {
            if (terms.Length > 0) builder.AddVector(Kinds.KeyValues, new VectorDataViewType(TextDataViewType.Instance, terms.Length), terms.Select(t => t.AsMemory()).ToArray());
        });
        return (new KeyDataViewType(typeof(uint), Math.Max(1, terms.Length)), annotations, row => Getter(Cursors.Reader<ReadOnlyMemory<char>>(row, input), terms));
    }
    private static ValueGetter<uint> Getter(Func<ReadOnlyMemory<char>> read, string[] terms)
    {
        var keys = terms.Select((term, k) => (term, k)).ToDictionary(p => p.term, p => (uint)p.k + 1);
        return (ref uint key) => key = keys.GetValueOrDefault(read().ToString());
    }
}

/// <summary>One indicator slot per key, named after the key's value; a missing key is all zeros.</summary>
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    private static readonly VersionInfo s_version = VersionInfo.Own("KEY2VECT", "KeyToVectorTransform");
    internal KeyToVectorMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns) : base(env, columns) { }
    private protected override VersionInfo Version => s_version;
    private static KeyToVectorMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => new(env, Load(ctx, s_version));
    private protected override (DataViewType, DataViewSchema.Annotations, Func<DataViewRow, Delegate>) Bind(int index, DataViewSchema.Column input)
    {
        Host.CheckParam(input.Type is KeyDataViewType, "inputSchema", $"Column '{input.Name}' must be a key, but is {input.Type}");
        int count = (int)input.Type.GetKeyCount();
        var annotations = AnnotationUtils.Build(builder =>
        {
            VBuffer<ReadOnlyMemory<char>> keys = default;
            if (input.Annotation(Kinds.KeyValues) is not null) input.GetKeyValues(ref keys);
            if (keys.Length > 0) builder.AddVector(Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, count), keys.DenseValues().ToArray());
            builder.AddVector(Kinds.CategoricalSlotRanges, new VectorDataViewType(NumberDataViewType.Int32, 1, 2), [0, count - 1]);
            builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        });
        return (new VectorDataViewType(NumberDataViewType.Single, count), annotations, row => Getter(Cursors.Reader<uint>(row, input), count));
    }
    private static ValueGetter<VBuffer<float>> Getter(Func<uint> read, int count) => (ref VBuffer<float> result) =>
    {
        uint key = read();
        result = key == 0 ? new(count, 0, [], []) : new(count, 1, [1], [(int)key - 1]);
    };
}

/// <summary>Values to keys to indicator vectors.</summary>
public sealed class OneHotEncodingEstimator : IEstimator<OneHotEncodingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly ValueToKeyMappingEstimator _keys;
    internal OneHotEncodingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns)
        => (_host, _columns, _keys) = (env.Register(nameof(OneHotEncodingEstimator)), columns, new ValueToKeyMappingEstimator(env, columns));
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var annotations = new SchemaShape(new[] { Kinds.SlotNames, Kinds.CategoricalSlotRanges, Kinds.IsNormalized }.Select(AnnotationUtils.ShapeOf));
        return _keys.GetOutputSchema(inputSchema).With(_columns.Select(c => new SchemaShape.Column(c.OutputColumnName, VectorKind.Vector, NumberDataViewType.Single, false, annotations)));
    }
    public OneHotEncodingTransformer Fit(IDataView input)
        => new(new TransformerChain<ITransformer>(_keys.Fit(input), new KeyToVectorMappingTransformer(_host, _columns.Select(c => new InputOutputColumnPair(c.OutputColumnName)).ToArray())));
}

public sealed class OneHotEncodingTransformer : ITransformer
{
    private readonly ITransformer _inner;
    internal OneHotEncodingTransformer(ITransformer inner) => _inner = inner;
    bool ITransformer.IsRowToRowMapper => true;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _inner.GetOutputSchema(inputSchema);
    public IDataView Transform(IDataView input) => _inner.Transform(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _inner.GetRowToRowMapper(inputSchema);
    void ICanSaveModel.Save(ModelSaveContext ctx) => _inner.Save(ctx);
}
