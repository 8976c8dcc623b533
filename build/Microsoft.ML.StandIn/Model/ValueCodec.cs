// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Globalization;
namespace Microsoft.ML;
/// <summary>Types, values and schemas in the stand-in's model files.</summary>
internal static class ValueCodec
{
    public static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var item = (PrimitiveDataViewType)type.GetItemType();
        writer.Write((byte)ColumnTypeExtensions.ToKind(item));
        writer.Write(item.GetKeyCount());
        Write(writer, (type as VectorDataViewType)?.Dimensions.ToArray() ?? []);
    }

    public static DataViewType ReadType(BinaryReader reader)
    {
        var item = ColumnTypeExtensions.FromKind((DataKind)reader.ReadByte());
        ulong count = reader.ReadUInt64();
        if (count > 0) item = new KeyDataViewType(item.RawType, count);
        int[] dimensions = Read<int>(reader);
        return dimensions.Length == 0 ? item : new VectorDataViewType(item, dimensions);
    }

    public static void Write<T>(BinaryWriter writer, IReadOnlyCollection<T> values)
    {
        writer.Write(values.Count);
        // As text that gives back every bit: one form for all types.
        foreach (T value in values) writer.Write(Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    public static T[] Read<T>(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        Contracts.CheckDecode(null, count >= 0, "Corrupt model file: negative length.");
        var values = new List<T>();
        for (int i = 0; i < count; i++)
            values.Add((T)(reader.ReadString() is var text && typeof(T) == typeof(ReadOnlyMemory<char>) ? text.AsMemory() : Convert.ChangeType(text, typeof(T), CultureInfo.InvariantCulture)));
        return [.. values];
    }

    public static void WriteSchema(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (var column in schema)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            writer.Write(column.Annotations.Schema.Count);
            foreach (var annotation in column.Annotations.Schema)
            {
                writer.Write(annotation.Name);
                WriteType(writer, annotation.Type);
                Generic.Call(typeof(ValueCodec), nameof(WriteAnnotation), [annotation.Type.GetItemType().RawType], writer, column.Annotations, annotation);
            }
        }
    }

    public static DataViewSchema ReadSchema(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        for (int columns = reader.ReadInt32(); columns > 0; columns--)
        {
            var (name, type) = (reader.ReadString(), ReadType(reader));
            builder.AddColumn(name, type, AnnotationUtils.Build(annotations =>
            {
                for (int count = reader.ReadInt32(); count > 0; count--)
                {
                    var (kind, annotation) = (reader.ReadString(), ReadType(reader));
                    Generic.Call(typeof(ValueCodec), nameof(ReadAnnotation), [annotation.GetItemType().RawType], reader, annotations, kind, annotation);
                }
            }));
        }
        return builder.ToSchema();
    }

    private static void WriteAnnotation<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
    {
        VBuffer<T> vector = new(1, [default]);
        if (column.Type is VectorDataViewType) annotations.GetGetter<VBuffer<T>>(column)(ref vector);
        else annotations.GetGetter<T>(column)(ref VBufferEditor.Create(ref vector, 1).Values[0]);
        Write(writer, vector.DenseValues().ToArray());
    }

    private static void ReadAnnotation<T>(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string kind, DataViewType type)
    {
        T[] values = Read<T>(reader);
        if (type is VectorDataViewType vector) builder.AddVector(kind, vector, values);
        else builder.AddPrimitiveValue(kind, (PrimitiveDataViewType)type, values[0]);
    }
}
