// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Linq.Expressions;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.MissingValueReplacingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "NAReplaceTransform")]
[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.TypeConvertingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "ConvertTransform")]
[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.ValueMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "ValueMappingTransformer")]

namespace Microsoft.ML.Transforms;

/// <summary>Replaces NaN, by 0 or by a statistic of the slot's other values.</summary>
public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    public enum ReplacementMode : byte { DefaultValue = 0, Mean = 1, Minimum = 2, Maximum = 3, Mode = 4 }

    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly ReplacementMode _mode;
    private readonly bool _bySlot;

    internal MissingValueReplacingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, ReplacementMode mode, bool bySlot)
    {
        if (mode == ReplacementMode.Mode) throw new NotSupportedException("The most frequent value is not part of the stand-in for Microsoft.ML.");
        _host = env.Register(nameof(MissingValueReplacingEstimator));
        (_columns, _mode, _bySlot) = (columns, mode, bySlot);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var column = inputSchema.Find(_host, pair.InputColumnName);
            if (column.ItemType != NumberDataViewType.Single && column.ItemType != NumberDataViewType.Double)
                throw _host.ExceptParam(nameof(inputSchema), $"Type '{column.ItemType}' is not supported by {nameof(MissingValueReplacingTransformer)} since it doesn't have an NA value");
            return new SchemaShape.Column(pair.OutputColumnName, column.Kind, column.ItemType, false,
                new SchemaShape(column.Annotations.Where(a => a.Name is Kinds.SlotNames or Kinds.IsNormalized)));
        }).ToArray());
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var values = _columns.Select(pair =>
        {
            var column = input.Schema[pair.InputColumnName];
            int slots = Math.Max(1, column.Type.GetValueCount());
            if (_mode == ReplacementMode.DefaultValue) return new double[slots];
            return column.Type.GetItemType() == NumberDataViewType.Single ? Statistics<float>(input, column, slots) : Statistics<double>(input, column, slots);
        }).ToArray();
        return new MissingValueReplacingTransformer(_host, _columns, values);
    }

    private double[] Statistics<T>(IDataView input, DataViewSchema.Column column, int slots) where T : System.Numerics.INumber<T>
    {
        using var cursor = input.GetRowCursor([column]);
        var found = Enumerable.Range(0, slots).Select(_ => new List<double>()).ToArray();
        var scalar = column.Type is VectorDataViewType ? null : cursor.GetGetter<T>(column);
        var vector = column.Type is VectorDataViewType ? cursor.GetGetter<VBuffer<T>>(column) : null;
        T one = default;
        VBuffer<T> many = default;
        while (cursor.MoveNext())
        {
            scalar?.Invoke(ref one);
            vector?.Invoke(ref many);
            int slot = 0;
            foreach (T value in vector is null ? [one] : many.DenseValues())
            {
                if (!T.IsNaN(value)) found[slot].Add(double.CreateChecked(value));
                slot++;
            }
        }
        double Statistic(List<double> x) => x.Count == 0 ? 0 : _mode switch { ReplacementMode.Mean => x.Average(), ReplacementMode.Minimum => x.Min(), _ => x.Max() };
        return _bySlot ? found.Select(Statistic).ToArray() : Enumerable.Repeat(Statistic(found.SelectMany(x => x).ToList()), slots).ToArray();
    }
}

public sealed class MissingValueReplacingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("NAREP TF", "NAReplaceTransform");
    private readonly InputOutputColumnPair[] _columns;
    private readonly double[][] _values;

    internal MissingValueReplacingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns, double[][] values)
        : base(env.Register(nameof(MissingValueReplacingTransformer))) => (_columns, _values) = (columns, values);

    private static MissingValueReplacingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = InputOutputColumnPair.Read(ctx);
        return new(env, columns, columns.Select(_ => ValueCodec.Read<double>(ctx.Reader)).ToArray());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        InputOutputColumnPair.Write(ctx, _columns);
        foreach (double[] values in _values) ValueCodec.Write(ctx.Writer, values);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema) => _columns.Select((pair, k) =>
    {
        var column = Input(inputSchema, pair.InputColumnName);
        double At(int slot) => _values[k][Math.Min(slot, _values[k].Length - 1)];
        return new MappedColumn(pair.OutputColumnName, column.Type, Annotate(b => b.Add(column.Annotations, name => name is Kinds.SlotNames or Kinds.IsNormalized)), [column.Index],
            row => column.Type.GetItemType() == NumberDataViewType.Single
                ? TransformHelpers.MapItems<float, float>(row, column, (i, x) => float.IsNaN(x) ? (float)At(i) : x, false)
                : TransformHelpers.MapItems<double, double>(row, column, (i, x) => double.IsNaN(x) ? At(i) : x, false));
    }).ToArray();
}

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly DataKind _kind;

    internal TypeConvertingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, DataKind kind)
        : base(env.Register(nameof(TypeConvertingEstimator)), new TypeConvertingTransformer(env, columns, kind)) => (_columns, _kind) = (columns, kind);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var column = inputSchema.Find(Host, pair.InputColumnName);
            return new SchemaShape.Column(pair.OutputColumnName, column.Kind, ColumnTypeExtensions.FromKind(_kind), false, column.Annotations);
        }).ToArray());
    }
}

/// <summary>Numbers to numbers as casts do, text to numbers as the text loader does, truth values to 0 and 1.</summary>
public sealed class TypeConvertingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("CONVERTF", "ConvertTransform");
    private readonly InputOutputColumnPair[] _columns;
    private readonly DataKind _kind;

    internal TypeConvertingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns, DataKind kind)
        : base(env.Register(nameof(TypeConvertingTransformer))) => (_columns, _kind) = (columns, kind);

    private static TypeConvertingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, InputOutputColumnPair.Read(ctx), (DataKind)ctx.Reader.ReadByte());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        InputOutputColumnPair.Write(ctx, _columns);
        ctx.Writer.Write((byte)_kind);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema) => _columns.Select(pair =>
    {
        var column = Input(inputSchema, pair.InputColumnName);
        var target = ColumnTypeExtensions.FromKind(_kind);
        var from = column.Type.GetItemType();
        var type = column.Type is VectorDataViewType v ? new VectorDataViewType(target, v.Dimensions) : (DataViewType)target;
        var annotations = Annotate(builder =>
        {
            builder.Add(column.Annotations, name => name == Kinds.SlotNames || name == Kinds.IsNormalized && from is NumberDataViewType && target is NumberDataViewType);
            if (from is BooleanDataViewType && target is NumberDataViewType) builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        });
        return new MappedColumn(pair.OutputColumnName, type, annotations, [column.Index],
            row => (Delegate)Generic.Call(typeof(TypeConvertingTransformer), nameof(Getter), [from.RawType, target.RawType], row, column));
    }).ToArray();

    private static Delegate Getter<TIn, TOut>(DataViewRow row, DataViewSchema.Column column)
    {
        var convert = Converter<TIn, TOut>();
        return TransformHelpers.MapItems<TIn, TOut>(row, column, (_, x) => convert(x), typeof(TIn) == typeof(ReadOnlyMemory<char>));
    }

    private static Func<TIn, TOut> Converter<TIn, TOut>()
    {
        if (typeof(TIn) == typeof(ReadOnlyMemory<char>))
        {
            var parse = TextParser.For<TOut>();
            return x => parse(x.ToString(), out TOut value) ? value : default;
        }
        if (typeof(TOut) == typeof(ReadOnlyMemory<char>))
            return x => (TOut)(object)string.Format(System.Globalization.CultureInfo.InvariantCulture, x is float ? "{0:G7}" : "{0}", x).AsMemory();
        if (typeof(TIn) == typeof(bool) || typeof(TOut) == typeof(bool)) return x => (TOut)Convert.ChangeType(x, typeof(TOut));
        var value = Expression.Parameter(typeof(TIn));
        return Expression.Lambda<Func<TIn, TOut>>(Expression.Convert(value, typeof(TOut)), value).Compile();
    }
}

public sealed class ValueMappingEstimator<TKey, TValue> : TrivialEstimator<ValueMappingTransformer>
{
    private readonly InputOutputColumnPair _columns;

    internal ValueMappingEstimator(IHostEnvironment env, InputOutputColumnPair columns, IEnumerable<KeyValuePair<TKey, TValue>> pairs)
        : base(env.Register("ValueMappingEstimator"), new ValueMappingTransformer(env, columns, Cells(pairs.Select(p => p.Key)), Cells(pairs.Select(p => p.Value)))) => _columns = columns;

    private static Array Cells<T>(IEnumerable<T> values)
        => typeof(T) == typeof(string) ? values.Select(v => (v as string).AsMemory()).ToArray() : values.ToArray();

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        var column = inputSchema.Find(Host, _columns.InputColumnName);
        return inputSchema.With([new(_columns.OutputColumnName, column.Kind, ColumnTypeExtensions.PrimitiveTypeFromType(typeof(TValue)), false)]);
    }
}

/// <summary>Looks values up in a table; what is not in it becomes the type's default.</summary>
public sealed class ValueMappingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("VALUMAPG", "ValueMappingTransformer");
    private readonly InputOutputColumnPair _columns;
    private readonly Array _keys, _values;

    internal ValueMappingTransformer(IHostEnvironment env, InputOutputColumnPair columns, Array keys, Array values)
        : base(env.Register(nameof(ValueMappingTransformer))) => (_columns, _keys, _values) = (columns, keys, values);

    private static ValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = InputOutputColumnPair.Read(ctx)[0];
        Array Read() => (Array)Generic.Call(typeof(ValueCodec), nameof(ValueCodec.Read), [ValueCodec.ReadType(ctx.Reader).RawType], ctx.Reader);
        return new(env, columns, Read(), Read());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        InputOutputColumnPair.Write(ctx, [_columns]);
        foreach (var cells in new[] { _keys, _values })
        {
            ValueCodec.WriteType(ctx.Writer, ColumnTypeExtensions.PrimitiveTypeFromType(cells.GetType().GetElementType()));
            Generic.Call(typeof(ValueCodec), nameof(ValueCodec.Write), [cells.GetType().GetElementType()], ctx.Writer, cells);
        }
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema)
    {
        var column = Input(inputSchema, _columns.InputColumnName);
        var keyType = ColumnTypeExtensions.PrimitiveTypeFromType(_keys.GetType().GetElementType());
        if (!keyType.Equals(column.Type.GetItemType())) throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, keyType.ToString(), column.Type.GetItemType().ToString());
        var item = ColumnTypeExtensions.PrimitiveTypeFromType(_values.GetType().GetElementType());
        var type = column.Type is VectorDataViewType v ? new VectorDataViewType(item, v.Dimensions) : (DataViewType)item;
        return [new(_columns.OutputColumnName, type, null, [column.Index],
            row => (Delegate)Generic.Call(typeof(ValueMappingTransformer), nameof(Getter), [keyType.RawType, item.RawType], row, column, _keys, _values))];
    }

    private static Delegate Getter<TKey, TValue>(DataViewRow row, DataViewSchema.Column column, TKey[] keys, TValue[] values)
    {
        static object KeyOf(TKey key) => key is ReadOnlyMemory<char> text ? text.ToString() : key;
        var map = keys.Zip(values).ToDictionary(p => KeyOf(p.First), p => p.Second);
        return TransformHelpers.MapItems<TKey, TValue>(row, column, (_, key) => map.GetValueOrDefault(KeyOf(key)), densify: true);
    }
}
