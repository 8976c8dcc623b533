// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.ValueToKeyMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "TermTransform")]
[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.KeyToVectorMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "KeyToVectorTransform")]

namespace Microsoft.ML.Transforms;

/// <summary>Numbers the values of a column, by order of occurrence or by value; what was not seen, and empty text, is key 0.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    internal static class Defaults
    {
        public const int MaximumNumberOfKeys = 1000000;
        public const KeyOrdinality Ordinality = KeyOrdinality.ByOccurrence;
    }

    public enum KeyOrdinality : byte { ByOccurrence = 0, ByValue = 1 }

    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly int _limit;
    private readonly KeyOrdinality _order;
    private readonly bool _asText;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, int limit, KeyOrdinality order, bool asText)
    {
        _host = env.Register(nameof(ValueToKeyMappingEstimator));
        (_columns, _limit, _order, _asText) = (columns, limit, order, asText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var column = inputSchema.Find(_host, pair.InputColumnName);
            var values = new SchemaShape.Column(Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, _asText ? TextDataViewType.Instance : column.ItemType, column.IsKey && !_asText);
            var annotations = column.Annotations.TryFindColumn(Kinds.SlotNames, out var slots) ? new[] { slots, values } : [values];
            return new SchemaShape.Column(pair.OutputColumnName, column.Kind, NumberDataViewType.UInt32, true, new SchemaShape(annotations));
        }).ToArray());
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var terms = _columns.Select(pair =>
        {
            var column = input.Schema.GetColumnOrNull(pair.InputColumnName) ?? throw _host.ExceptSchemaMismatch(nameof(input), "input", pair.InputColumnName);
            return (TermMap)Generic.Call(typeof(ValueToKeyMappingEstimator), nameof(Collect), [column.Type.GetItemType().RawType], _host, input, column, _limit, _order);
        }).ToArray();
        return new ValueToKeyMappingTransformer(_host, _columns, terms, _asText);
    }

    private static TermMap Collect<T>(IHost host, IDataView input, DataViewSchema.Column column, int limit, KeyOrdinality order)
    {
        var map = new TermMap<T>();
        using var cursor = input.GetRowCursor([column]);
        var scalar = column.Type is VectorDataViewType ? null : cursor.GetGetter<T>(column);
        var vector = column.Type is VectorDataViewType ? cursor.GetGetter<VBuffer<T>>(column) : null;
        T one = default;
        VBuffer<T> many = default;
        while (map.Count < limit && cursor.MoveNext())
        {
            host.CheckAlive();
            scalar?.Invoke(ref one);
            vector?.Invoke(ref many);
            foreach (T value in vector is null ? [one] : many.DenseValues())
                if (map.Count < limit) map.Add(value);
        }
        if (order == KeyOrdinality.ByValue) map.Sort();
        return map;
    }
}

internal abstract class TermMap
{
    public abstract int Count { get; }
    public abstract Delegate Getter(DataViewRow row, DataViewSchema.Column column);
    public abstract void Annotate(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type, bool asText);
    public abstract void Write(BinaryWriter writer);
}

internal sealed class TermMap<T> : TermMap
{
    private List<T> _terms = [];
    private readonly Dictionary<object, uint> _keys = [];

    public override int Count => _terms.Count;

    // Text compares by its characters, and empty text or NaN is missing.
    private static object KeyOf(T value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty ? null : text.ToString(),
        float.NaN or double.NaN => null,
        _ => value,
    };

    public void Add(T value)
    {
        if (KeyOf(value) is { } key && _keys.TryAdd(key, (uint)_terms.Count + 1)) _terms.Add(value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value);
    }

    public void Sort()
    {
        var sorted = _terms.OrderBy(KeyOf, Comparer<object>.Create((a, b) => a is string s ? string.CompareOrdinal(s, (string)b) : Comparer<object>.Default.Compare(a, b))).ToList();
        (_terms, int count) = ([], sorted.Count);
        _keys.Clear();
        for (int i = 0; i < count; i++) Add(sorted[i]);
    }

    public override Delegate Getter(DataViewRow row, DataViewSchema.Column column)
        => TransformHelpers.MapItems<T, uint>(row, column, (_, value) => KeyOf(value) is { } key ? _keys.GetValueOrDefault(key) : 0, densify: true);

    public override void Annotate(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type, bool asText)
    {
        if (Count == 0) return;
        if (asText) builder.AddVector(Kinds.KeyValues, new VectorDataViewType(TextDataViewType.Instance, Count), _terms.Select(Text).ToArray());
        else builder.AddVector(Kinds.KeyValues, new VectorDataViewType(type, Count), _terms.ToArray());
    }

    private static ReadOnlyMemory<char> Text(T value) => value switch
    {
        ReadOnlyMemory<char> text => text,
        float x => x.ToString("G7", System.Globalization.CultureInfo.InvariantCulture).AsMemory(),
        double x => x.ToString("G17", System.Globalization.CultureInfo.InvariantCulture).AsMemory(),
        _ => value.ToString().AsMemory(),
    };

    public override void Write(BinaryWriter writer) => ValueCodec.Write(writer, _terms.ToArray());

    public static TermMap Read(BinaryReader reader)
    {
        var map = new TermMap<T>();
        foreach (T term in ValueCodec.Read<T>(reader)) map.Add(term);
        return map;
    }
}

public sealed class ValueToKeyMappingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("TERMTRAN", "TermTransform");
    private readonly InputOutputColumnPair[] _columns;
    private readonly TermMap[] _terms;
    private readonly bool _asText;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns, TermMap[] terms, bool asText)
        : base(env.Register(nameof(ValueToKeyMappingTransformer))) => (_columns, _terms, _asText) = (columns, terms, asText);

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = InputOutputColumnPair.Read(ctx);
        bool asText = ctx.Reader.ReadBoolean();
        var terms = columns.Select(_ =>
        {
            var type = ValueCodec.ReadType(ctx.Reader);
            return (TermMap)Generic.Call(typeof(TermMap<>).MakeGenericType(type.RawType), "Read", null, ctx.Reader);
        }).ToArray();
        return new(env, columns, terms, asText);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        InputOutputColumnPair.Write(ctx, _columns);
        ctx.Writer.Write(_asText);
        foreach (var terms in _terms)
        {
            ValueCodec.WriteType(ctx.Writer, ColumnTypeExtensions.PrimitiveTypeFromType(terms.GetType().GetGenericArguments()[0]));
            terms.Write(ctx.Writer);
        }
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema) => _columns.Select((pair, k) =>
    {
        var column = Input(inputSchema, pair.InputColumnName);
        var item = (PrimitiveDataViewType)column.Type.GetItemType();
        if (item.RawType != _terms[k].GetType().GetGenericArguments()[0])
            throw Host.Except($"Could not apply a map over type '{_terms[k].GetType().GetGenericArguments()[0].Name}' to column '{column.Name}' since it has type '{column.Type}'");
        var key = new KeyDataViewType(typeof(uint), (ulong)Math.Max(1, _terms[k].Count));
        var type = column.Type is VectorDataViewType vector ? new VectorDataViewType(key, vector.Dimensions) : (DataViewType)key;
        var annotations = Annotate(builder =>
        {
            _terms[k].Annotate(builder, item, _asText);
            builder.Add(column.Annotations, name => name == Kinds.SlotNames);
        });
        return new MappedColumn(pair.OutputColumnName, type, annotations, [column.Index], row => _terms[k].Getter(row, column));
    }).ToArray();
}

public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal KeyToVectorMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns)
        : base(env.Register(nameof(KeyToVectorMappingEstimator)), new KeyToVectorMappingTransformer(env, columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var column = inputSchema.Find(Host, pair.InputColumnName);
            bool named = column.Annotations.TryFindColumn(Kinds.KeyValues, out var values) && values.ItemType is TextDataViewType;
            string[] kinds = named ? [Kinds.SlotNames, Kinds.CategoricalSlotRanges, Kinds.IsNormalized] : [Kinds.CategoricalSlotRanges, Kinds.IsNormalized];
            return new SchemaShape.Column(pair.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(kinds.Select(AnnotationUtils.ShapeOf)));
        }).ToArray());
    }
}

/// <summary>One indicator slot per key, named after the key's value; a missing key is all zeros.</summary>
public sealed class KeyToVectorMappingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("KEY2VECT", "KeyToVectorTransform");
    private readonly InputOutputColumnPair[] _columns;

    internal KeyToVectorMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns) : base(env.Register(nameof(KeyToVectorMappingTransformer))) => _columns = columns;

    private static KeyToVectorMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, InputOutputColumnPair.Read(ctx));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        InputOutputColumnPair.Write(ctx, _columns);
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema) => _columns.Select(pair =>
    {
        var column = Input(inputSchema, pair.InputColumnName);
        if (column.Type.GetItemType() is not KeyDataViewType key || key.RawType != typeof(uint) || column.Type is VectorDataViewType { IsKnownSize: false })
            throw Host.ExceptParam(nameof(inputSchema), $"Column '{column.Name}' must be a key, or a vector of keys of known size, but is {column.Type}");
        int count = (int)key.Count, slots = column.Type.GetValueCount();
        var type = slots == 1 ? new VectorDataViewType(NumberDataViewType.Single, count) : new VectorDataViewType(NumberDataViewType.Single, slots, count);
        var annotations = Annotate(builder =>
        {
            if (column.HasKeyValues())
                builder.AddVector(Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, type.Dimensions), SlotNames(column));
            builder.AddVector(Kinds.CategoricalSlotRanges, new VectorDataViewType(NumberDataViewType.Int32, slots, 2),
                Enumerable.Range(0, slots).SelectMany(s => new[] { s * count, (s + 1) * count - 1 }).ToArray());
            builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        });
        return new MappedColumn(pair.OutputColumnName, type, annotations, [column.Index], row => Getter(row, column, count));
    }).ToArray();

    private static ReadOnlyMemory<char>[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> keys = default, slots = default;
        column.GetKeyValues(ref keys);
        if (column.Type is not VectorDataViewType vector) return keys.DenseValues().ToArray();
        if (column.HasSlotNames()) column.GetSlotNames(ref slots);
        string Slot(int i) => i < slots.Length && slots.GetItemOrDefault(i) is { IsEmpty: false } name ? name.ToString() : $"[{i}]";
        return Enumerable.Range(0, vector.Size).SelectMany(i => keys.DenseValues().Select(k => $"{Slot(i)}.{k}".AsMemory())).ToArray();
    }

    private static ValueGetter<VBuffer<float>> Getter(DataViewRow row, DataViewSchema.Column column, int count)
    {
        var scalar = column.Type is VectorDataViewType ? null : row.GetGetter<uint>(column);
        var vector = column.Type is VectorDataViewType ? row.GetGetter<VBuffer<uint>>(column) : null;
        VBuffer<uint> keys = new(1, [0]);
        return (ref VBuffer<float> result) =>
        {
            vector?.Invoke(ref keys);
            if (scalar is not null) scalar(ref VBufferEditor.CreateFromBuffer(ref keys).Values[0]);
            var items = keys.Items().Where(k => k.Value != 0 && k.Value <= count).Select(k => k.Key * count + (int)k.Value - 1).ToArray();
            var editor = VBufferEditor.Create(ref result, keys.Length * count, items.Length, requireIndicesOnDense: true);
            editor.Values.Fill(1);
            items.CopyTo(editor.Indices);
            result = editor.Commit();
        };
    }
}

/// <summary>Values to keys to indicator vectors.</summary>
public sealed class OneHotEncodingEstimator : IEstimator<OneHotEncodingTransformer>
{
    public enum OutputKind : byte { Bag = 1, Indicator = 2, Key = 3, Binary = 4 }

    private readonly IEstimator<ITransformer> _inner;

    internal OneHotEncodingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, OutputKind kind, int limit, ValueToKeyMappingEstimator.KeyOrdinality order)
    {
        if (kind == OutputKind.Binary) throw new NotSupportedException("Binary encoding is not part of the stand-in for Microsoft.ML.");
        var keys = new ValueToKeyMappingEstimator(env, columns, limit, order, asText: true);
        _inner = kind == OutputKind.Key ? new EstimatorChain<ITransformer>().Append(keys)
            : keys.Append(new KeyToVectorMappingEstimator(env, columns.Select(c => new InputOutputColumnPair(c.OutputColumnName)).ToArray()));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _inner.GetOutputSchema(inputSchema);
    public OneHotEncodingTransformer Fit(IDataView input) => new(_inner.Fit(input));
}

public sealed class OneHotEncodingTransformer : ITransformer
{
    private readonly ITransformer _inner;
    internal OneHotEncodingTransformer(ITransformer inner) => _inner = inner;
    bool ITransformer.IsRowToRowMapper => _inner.IsRowToRowMapper;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _inner.GetOutputSchema(inputSchema);
    public IDataView Transform(IDataView input) => _inner.Transform(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _inner.GetRowToRowMapper(inputSchema);
    void ICanSaveModel.Save(ModelSaveContext ctx) => _inner.Save(ctx);
}
