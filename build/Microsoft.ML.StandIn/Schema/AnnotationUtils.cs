// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;

public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column)
        => column.Type is VectorDataViewType { Size: > 0 } vector
            && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames)?.Type is VectorDataViewType { ItemType: TextDataViewType } names
            && names.Size == vector.Size;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames)
        => column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref slotNames);

    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null)
        => column.Type.GetItemType() is KeyDataViewType key
            && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is VectorDataViewType values
            && key.Count == (ulong)values.Size && (keyValueItemType ?? TextDataViewType.Instance).Equals(values.ItemType);

    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues)
        => column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref keyValues);

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        bool value = false;
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.IsNormalized)?.Type is BooleanDataViewType)
            column.Annotations.GetValue(AnnotationUtils.Kinds.IsNormalized, ref value);
        return value;
    }
}

internal static class AnnotationUtils
{
    public static class Kinds
    {
        public const string SlotNames = "SlotNames";
        public const string KeyValues = "KeyValues";
        public const string ScoreColumnSetId = "ScoreColumnSetId";
        public const string ScoreColumnKind = "ScoreColumnKind";
        public const string ScoreValueKind = "ScoreValueKind";
        public const string IsNormalized = "IsNormalized";
        public const string CategoricalSlotRanges = "CategoricalSlotRanges";
    }

    public static class Const
    {
        public static class ScoreColumnKind
        {
            public const string AnomalyDetection = "AnomalyDetection";
        }

        public static class ScoreValueKind
        {
            public const string Score = "Score";
            public const string PredictedLabel = "PredictedLabel";
            public const string Probability = "Probability";
        }
    }

    public static KeyDataViewType ScoreColumnSetIdType { get; } = new(typeof(uint), int.MaxValue);

    public static SchemaShape.Column ShapeOf(string kind) => kind switch
    {
        Kinds.IsNormalized => new(kind, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false),
        Kinds.CategoricalSlotRanges => new(kind, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Int32, false),
        Kinds.ScoreColumnSetId => new(kind, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true),
        Kinds.SlotNames or Kinds.KeyValues => new(kind, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false),
        _ => new(kind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false),
    };

    public static IEnumerable<SchemaShape.Column> GetTrainerOutputAnnotation(bool isNormalized = false)
    {
        yield return ShapeOf(Kinds.ScoreColumnSetId);
        yield return ShapeOf(Kinds.ScoreColumnKind);
        yield return ShapeOf(Kinds.ScoreValueKind);
        if (isNormalized) yield return ShapeOf(Kinds.IsNormalized);
    }

    public static bool HasSlotNames(this SchemaShape.Column column)
        => column.Kind == SchemaShape.Column.VectorKind.Vector && column.Annotations.TryFindColumn(Kinds.SlotNames, out _);

    public static bool IsNormalized(this SchemaShape.Column column) => column.Annotations.TryFindColumn(Kinds.IsNormalized, out _);

    /// <summary>Pairs (first, last) of slots that encode one categorical value; null if the column has none.</summary>
    public static int[] CategoricalRanges(DataViewSchema.Column column)
    {
        if (column.Type.GetVectorSize() == 0 || column.Annotations.Schema.GetColumnOrNull(Kinds.CategoricalSlotRanges) is null) return null;
        VBuffer<int> ranges = default;
        column.Annotations.GetValue(Kinds.CategoricalSlotRanges, ref ranges);
        return ranges.DenseValues().ToArray();
    }

    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, int size, ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter)
        => builder.Add(Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size), getter);

    public static void AddVector<T>(this DataViewSchema.Annotations.Builder builder, string kind, VectorDataViewType type, T[] values)
        => builder.Add(kind, type, (ref VBuffer<T> destination) => new VBuffer<T>(values.Length, values).CopyTo(ref destination));
}

internal static class DefaultColumnNames
{
    public const string Features = "Features";
    public const string Label = "Label";
    public const string Weight = "Weight";
    public const string Score = "Score";
    public const string Probability = "Probability";
    public const string PredictedLabel = "PredictedLabel";
}
