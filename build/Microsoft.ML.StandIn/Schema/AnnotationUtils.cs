// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;

public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column)
        => column.Type is VectorDataViewType { Size: > 0 } vector && column.Annotation(Kinds.SlotNames) is VectorDataViewType { ItemType: TextDataViewType } names && names.Size == vector.Size;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) => column.Annotations.GetValue(Kinds.SlotNames, ref slotNames);
    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) => column.Annotations.GetValue(Kinds.KeyValues, ref keyValues);
    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        bool value = false;
        if (column.Annotation(Kinds.IsNormalized) is BooleanDataViewType) column.Annotations.GetValue(Kinds.IsNormalized, ref value);
        return value;
    }
}

internal static class AnnotationUtils
{
    public static class Kinds { public const string SlotNames = "SlotNames", KeyValues = "KeyValues", IsNormalized = "IsNormalized", CategoricalSlotRanges = "CategoricalSlotRanges"; }
    public static DataViewType Annotation(this DataViewSchema.Column column, string kind) => column.Annotations.Schema.GetColumnOrNull(kind)?.Type;
    public static SchemaShape.Column ShapeOf(string kind) => kind switch
    {
        Kinds.IsNormalized => new(kind, VectorKind.Scalar, BooleanDataViewType.Instance, false),
        Kinds.CategoricalSlotRanges => new(kind, VectorKind.Vector, NumberDataViewType.Int32, false),
        _ => new(kind, VectorKind.Vector, TextDataViewType.Instance, false),
    };

    public static DataViewSchema.Annotations Build(Action<DataViewSchema.Annotations.Builder> add)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        add(builder);
        return builder.ToAnnotations();
    }

    public static void AddVector<T>(this DataViewSchema.Annotations.Builder builder, string kind, VectorDataViewType type, T[] values)
        => builder.Add(kind, type, (ref VBuffer<T> destination) => new VBuffer<T>(values.Length, values).CopyTo(ref destination));
}
