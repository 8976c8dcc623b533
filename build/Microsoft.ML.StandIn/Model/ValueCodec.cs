// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Types, values and schemas in the stand-in's model files.</summary>
internal static class ValueCodec
{
    public static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var item = (PrimitiveDataViewType)type.GetItemType();
        writer.Write((byte)ColumnTypeExtensions.ToKind(item));
        writer.Write((item as KeyDataViewType)?.Count ?? 0);
        var dimensions = (type as VectorDataViewType)?.Dimensions;
        writer.Write(dimensions?.Length ?? 0);
        foreach (int d in dimensions ?? []) writer.Write(d);
    }

    public static DataViewType ReadType(BinaryReader reader)
    {
        var item = ColumnTypeExtensions.FromKind((DataKind)reader.ReadByte());
        ulong count = reader.ReadUInt64();
        if (count > 0) item = new KeyDataViewType(item.RawType, count);
        int[] dimensions = new int[reader.ReadInt32()];
        for (int i = 0; i < dimensions.Length; i++) dimensions[i] = reader.ReadInt32();
        return dimensions.Length == 0 ? item : new VectorDataViewType(item, dimensions);
    }

    public static void Write<T>(BinaryWriter writer, T[] values)
    {
        writer.Write(values.Length);
        foreach (T value in values) WriteOne(writer, value);
    }

    public static T[] Read<T>(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count < 0) throw new FormatException("Corrupt model file: negative length.");
        var values = new List<T>();
        for (int i = 0; i < count; i++) values.Add((T)ReadOne(reader, typeof(T)));
        return [.. values];
    }

    private static void WriteOne(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case string text: writer.Write(text); break;
            case float x: writer.Write(x); break;
            case double x: writer.Write(x); break;
            case bool x: writer.Write(x); break;
            case ulong x: writer.Write(x); break;
            case DateTime x: writer.Write(x.ToBinary()); break;
            default: writer.Write(Convert.ToInt64(value)); break;
        }
    }

    private static object ReadOne(BinaryReader reader, Type type)
    {
        if (type == typeof(ReadOnlyMemory<char>)) return reader.ReadString().AsMemory();
        if (type == typeof(string)) return reader.ReadString();
        if (type == typeof(float)) return reader.ReadSingle();
        if (type == typeof(double)) return reader.ReadDouble();
        if (type == typeof(bool)) return reader.ReadBoolean();
        if (type == typeof(ulong)) return reader.ReadUInt64();
        if (type == typeof(DateTime)) return DateTime.FromBinary(reader.ReadInt64());
        return Convert.ChangeType(reader.ReadInt64(), type);
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
            string name = reader.ReadString();
            var type = ReadType(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                string kind = reader.ReadString();
                var annotation = ReadType(reader);
                Generic.Call(typeof(ValueCodec), nameof(ReadAnnotation), [annotation.GetItemType().RawType], reader, annotations, kind, annotation);
            }
            builder.AddColumn(name, type, annotations.ToAnnotations());
        }
        return builder.ToSchema();
    }

    private static void WriteAnnotation<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            VBuffer<T> vector = default;
            annotations.GetGetter<VBuffer<T>>(column)(ref vector);
            Write(writer, vector.DenseValues().ToArray());
            return;
        }
        T value = default;
        annotations.GetGetter<T>(column)(ref value);
        Write(writer, [value]);
    }

    private static void ReadAnnotation<T>(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string kind, DataViewType type)
    {
        T[] values = Read<T>(reader);
        if (type is VectorDataViewType vector) builder.AddVector(kind, vector, values);
        else builder.AddPrimitiveValue(kind, (PrimitiveDataViewType)type, values[0]);
    }
}
