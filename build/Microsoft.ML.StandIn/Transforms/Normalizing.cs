// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
[assembly: Microsoft.ML.LoadableClass(typeof(NormalizingTransformer), typeof(NormalizingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "Normalizer")]
namespace Microsoft.ML.Transforms;
/// <summary>Learns y = (x − offset)·scale per slot. With fixZero (the default of ML.NET) the offset is 0 and zero stays zero.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair _columns;
    private readonly bool _minMax, _fixZero;
    private readonly long _limit;
    internal NormalizingEstimator(IHostEnvironment env, InputOutputColumnPair columns, bool minMax, long limit, bool fixZero)
        => (_host, _columns, _minMax, _limit, _fixZero) = (env.Register(nameof(NormalizingEstimator)), columns, minMax, limit, fixZero);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        var column = inputSchema.Find(_host, _columns.InputColumnName);
        if (column.Kind == VectorKind.VariableVector)
            throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, "known-size vector or scalar", column.GetTypeString());
        if (column.ItemType != NumberDataViewType.Single)
            throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, "vector or scalar of Single or Double", column.GetTypeString());
        var annotations = column.Annotations.Where(a => a.Name == Kinds.SlotNames).Prepend(AnnotationUtils.ShapeOf(Kinds.IsNormalized));
        return inputSchema.With([new(_columns.OutputColumnName, column.Kind, column.ItemType, column.IsKey, new SchemaShape(annotations))]);
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var column = input.Schema.GetColumnOrNull(_columns.InputColumnName) ?? throw _host.ExceptSchemaMismatch("data", "input", _columns.InputColumnName);
        NormalizingTransformer.CheckType(_host, column);
        var slots = new SlotStatistics[column.Type.GetValueCount()];
        using var cursor = input.GetRowCursor([column]);
        var fetch = Items.Fetcher<float>(cursor, column);
        VBuffer<float> sparse = default, values = default;
        for (long row = 0; row < _limit && cursor.MoveNext(); row++)
        {
            _host.CheckAlive();
            fetch(ref sparse);
            Contracts.Check(null, sparse.Length == slots.Length);
            sparse.CopyToDense(ref values);
            for (int i = 0; i < slots.Length; i++) slots[i].Add(values.GetValues()[i]);
        }
        return new NormalizingTransformer(_host, [_columns], slots.Select(s => _minMax ? s.MinMax(_fixZero) : s.MeanVariance(_fixZero)).ToArray());
    }
    /// <summary>Extremes of a slot (NaN ignored), and mean and squared deviations of its finite values: zeros counted apart and merged at the end.</summary>
    private struct SlotStatistics()
    {
        private float _min, _max;
        private double _mean, _m2;
        private long _rows, _nonZero, _zero;
        public void Add(float x)
        {
            if (float.IsNaN(x)) return;
            (_min, _max) = _rows++ == 0 ? (x, x) : (Math.Min(x, _min), Math.Max(x, _max));
            if (x == 0) _zero++;
            if (x == 0 || !float.IsFinite(x)) return;
            double delta = x - _mean;
            _mean += delta / ++_nonZero;
            _m2 += delta * (x - _mean);
        }

        public readonly (float Scale, float Offset) MinMax(bool fixZero)
        {
            if (!(_max > _min)) return (0, 0);
            float scale = 1 / (fixZero ? Math.Max(Math.Abs(_max), Math.Abs(_min)) : _max - _min);
            return (scale, fixZero || scale == 0 ? 0 : _min);
        }

        public readonly (float Scale, float Offset) MeanVariance(bool fixZero)
        {
            long count = _nonZero + _zero;
            double mean = _zero == 0 ? _mean : _mean - (_mean * _zero / count);
            double m2 = _zero == 0 ? _m2 : _m2 + (_mean * mean * _zero);
            if (m2 == 0 || count == 0) return (0, 0);
            float scale = 1 / (float)Math.Sqrt((m2 / count) + (fixZero ? mean * mean : 0));
            return (scale, fixZero || scale == 0 ? 0 : (float)mean);
        }
    }
}

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    private static readonly VersionInfo s_version = VersionInfo.Own("NORMALIZ", "Normalizer");
    private readonly (float Scale, float Offset)[] _slots;
    internal NormalizingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns, (float, float)[] slots) : base(env, columns) => _slots = slots;
    private protected override VersionInfo Version => s_version;
    private static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        => new(env, Load(ctx, s_version), ValueCodec.Read<float>(ctx.Reader).Zip(ValueCodec.Read<float>(ctx.Reader)).ToArray());

    private protected override void SaveModel(BinaryWriter writer)
    {
        base.SaveModel(writer);
        ValueCodec.Write(writer, _slots.Select(s => s.Scale).ToArray());
        ValueCodec.Write(writer, _slots.Select(s => s.Offset).ToArray());
    }

    internal static void CheckType(IHost host, DataViewSchema.Column column)
    {
        bool fits = column.Type.GetItemType() == NumberDataViewType.Single, sized = column.Type is not VectorDataViewType { IsKnownSize: false };
        if (!fits || !sized) throw host.ExceptSchemaMismatch("inputSchema", "input", column.Name, "scalar or known-size vector of Single", sized ? column.Type.ToString() : "variable-size vector");
    }

    private protected override (DataViewType, DataViewSchema.Annotations, Func<DataViewRow, Delegate>) Bind(int index, DataViewSchema.Column input)
    {
        CheckType(Host, input);
        Host.Check(input.Type.GetValueCount() == _slots.Length, $"Normalizer expected {_slots.Length} slots, but the input data column has {input.Type.GetValueCount()} slots.");
        return (input.Type, AnnotationUtils.Build(builder =>
        {
            builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            builder.Add(input.Annotations, name => name == Kinds.SlotNames);
        }), row => input.Type is VectorDataViewType ? Vector(row.GetGetter<VBuffer<float>>(input)) : Scalar(row.GetGetter<float>(input)));
    }

    private float Map(int slot, float x) => (x - _slots[slot].Offset) * _slots[slot].Scale;
    private ValueGetter<float> Scalar(ValueGetter<float> source) => (ref float value) => { source(ref value); value = Map(0, value); };
    private ValueGetter<VBuffer<float>> Vector(ValueGetter<VBuffer<float>> source)
    {
        bool sparse = _slots.All(s => s.Offset == 0);
        VBuffer<float> fetched = default;
        return (ref VBuffer<float> result) =>
        {
            source(ref fetched);
            if (sparse) fetched.CopyTo(ref result);
            else fetched.CopyToDense(ref result);
            var editor = VBufferEditor.Create(ref result, result.Length, result.GetValues().Length);
            for (int i = 0; i < editor.Values.Length; i++) editor.Values[i] = Map(result.IsDense ? i : editor.Indices[i], editor.Values[i]);
        };
    }
}
