using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>An added column: its promise (schema shape) and its fulfilment (type and annotations), side by side so that they cannot drift apart.</summary>
internal static class OutputColumn
{
    private const string SlotNamesKind = "SlotNames", ScoreSetId = "ScoreColumnSetId", ScoreKind = "ScoreColumnKind", ScoreValueKind = "ScoreValueKind";

    /// <summary>Annotation of Loss and Latent columns: β, a Double.</summary>
    public const string KlWeightKind = "KlWeight";

    /// <summary>Annotation of Loss columns: n, an Int32.</summary>
    public const string LatentDimensionKind = "LatentDimension";

    /// <summary>Annotation of Loss columns: one Boolean per latent, whether it carries information.</summary>
    public const string ActiveLatentsKind = "ActiveLatents";

    /// <summary>Annotation of Loss columns: the name of the prior.</summary>
    public const string PriorKind = "Prior";

    public static SchemaShape.Column NamedVectorShape(string name) =>
        Shape.Vector(name, NumberDataViewType.Single, Shape.Vector(SlotNamesKind, TextDataViewType.Instance));

    public static DataViewSchema.DetachedColumn NamedVector(string name, IReadOnlyList<string> slots) =>
        new(name, new VectorDataViewType(NumberDataViewType.Single, slots.Count), Annotations(b => AddSlotNames(b, slots)));

    public static SchemaShape.Column LatentShape(string name) => Shape.Vector(
        name, NumberDataViewType.Single, Shape.Vector(SlotNamesKind, TextDataViewType.Instance), Shape.Scalar(KlWeightKind, NumberDataViewType.Double));

    public static DataViewSchema.DetachedColumn Latent(string name, IReadOnlyList<string> slots, double klWeight) =>
        new(name, new VectorDataViewType(NumberDataViewType.Single, slots.Count), Annotations(b =>
        {
            AddSlotNames(b, slots);
            b.AddPrimitiveValue(KlWeightKind, NumberDataViewType.Double, klWeight);
        }));

    public static SchemaShape.Column LossShape(string name) => Shape.Scalar(
        name, NumberDataViewType.Single, Shape.Scalar(KlWeightKind, NumberDataViewType.Double), Shape.Scalar(LatentDimensionKind, NumberDataViewType.Int32),
        Shape.Vector(ActiveLatentsKind, BooleanDataViewType.Instance), Shape.Scalar(PriorKind, TextDataViewType.Instance));

    public static DataViewSchema.DetachedColumn Loss(string name, VaeModel model) =>
        new(name, NumberDataViewType.Single, Annotations(b =>
        {
            b.AddPrimitiveValue(KlWeightKind, NumberDataViewType.Double, model.KlWeight);
            b.AddPrimitiveValue(LatentDimensionKind, NumberDataViewType.Int32, model.LatentDimension);
            bool[] active = [.. Enumerable.Range(0, model.LatentDimension).Select(model.ActiveLatents.Contains)];
            b.Add(ActiveLatentsKind, new VectorDataViewType(BooleanDataViewType.Instance, active.Length), (ref VBuffer<bool> value) => OutputValue.Write<bool>(ref value, active));
            b.AddPrimitiveValue(PriorKind, TextDataViewType.Instance, model.Architecture.Prior.Name.AsMemory());
        }));

    public static SchemaShape.Column ScalarShape(string name) => Shape.Scalar(name, NumberDataViewType.Single);

    public static DataViewSchema.DetachedColumn Scalar(string name) => new(name, NumberDataViewType.Single);

    /// <summary>Score and PredictedLabel carry the annotations by which ML.NET's evaluators know them.</summary>
    public static SchemaShape.Column ScoredShape(string name, DataViewType type) => Shape.Scalar(
        name, type, Shape.Key(ScoreSetId, NumberDataViewType.UInt32), Shape.Scalar(ScoreKind, TextDataViewType.Instance), Shape.Scalar(ScoreValueKind, TextDataViewType.Instance));

    public static DataViewSchema.DetachedColumn Scored(string name, DataViewType type, string valueKind) => new(name, type, Annotations(b =>
    {
        b.AddPrimitiveValue(ScoreSetId, new KeyDataViewType(typeof(uint), int.MaxValue), 1u);
        b.AddPrimitiveValue(ScoreKind, TextDataViewType.Instance, "AnomalyDetection".AsMemory());
        b.AddPrimitiveValue(ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
    }));

    /// <summary>The promise of the input's columns with ours added; ours hide equal names, as in the actual schema.</summary>
    public static SchemaShape Promise(SchemaShape input, IEnumerable<SchemaShape.Column> added)
    {
        var columns = input.ToDictionary(c => c.Name);
        foreach (var column in added) columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Reads a primitive annotation; <paramref name="fallback"/> where there is none.</summary>
    public static T Annotation<T>(DataViewSchema.Column column, string kind, T fallback)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is null) return fallback;
        T value = fallback;
        column.Annotations.GetValue(kind, ref value);
        return value;
    }

    /// <summary>Reads a vector annotation; empty where there is none.</summary>
    public static T[] Annotations<T>(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is null) return [];
        VBuffer<T> values = default;
        column.Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues()];
    }

    private static DataViewSchema.Annotations Annotations(Action<DataViewSchema.Annotations.Builder> add)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        add(builder);
        return builder.ToAnnotations();
    }

    private static void AddSlotNames(DataViewSchema.Annotations.Builder builder, IReadOnlyList<string> names)
    {
        var type = new VectorDataViewType(TextDataViewType.Instance, names.Count);
        builder.Add(SlotNamesKind, type, (ref VBuffer<ReadOnlyMemory<char>> value) => OutputValue.Write(ref value, [.. names.Select(n => n.AsMemory())]));
    }
}

/// <summary>Writes values into the buffers that ML.NET hands to getters.</summary>
internal static class OutputValue
{
    public static void Write<T>(ref VBuffer<T> target, ReadOnlySpan<T> values)
    {
        var editor = VBufferEditor.Create(ref target, values.Length);
        values.CopyTo(editor.Values);
        target = editor.Commit();
    }

    public static Delegate Scalar(Func<int, float> value, Func<int> slot) => (ValueGetter<float>)((ref float target) => target = value(slot()));

    public static Delegate Flag(Func<int, bool> value, Func<int> slot) => (ValueGetter<bool>)((ref bool target) => target = value(slot()));

    /// <summary>A vector getter over a [capacity, size] table.</summary>
    public static Delegate Vector(float[] table, int size, Func<int> slot) =>
        (ValueGetter<VBuffer<float>>)((ref VBuffer<float> target) => Write<float>(ref target, table.AsSpan(slot() * size, size)));
}
