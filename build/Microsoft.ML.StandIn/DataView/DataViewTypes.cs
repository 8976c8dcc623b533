// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections.Immutable;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType) => RawType = rawType ?? throw new ArgumentNullException(nameof(rawType));

    public Type RawType { get; }

    public abstract bool Equals(DataViewType other);
}

public abstract class StructuredDataViewType : DataViewType
{
    protected StructuredDataViewType(Type rawType) : base(rawType) { }
}

public abstract class PrimitiveDataViewType : DataViewType
{
    protected PrimitiveDataViewType(Type rawType) : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
            throw new ArgumentException("A PrimitiveDataViewType cannot have a disposable RawType", nameof(rawType));
    }
}

public sealed class TextDataViewType : PrimitiveDataViewType
{
    private TextDataViewType() : base(typeof(ReadOnlyMemory<char>)) { }
    public static TextDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "String";
}

public sealed class BooleanDataViewType : PrimitiveDataViewType
{
    private BooleanDataViewType() : base(typeof(bool)) { }
    public static BooleanDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "Boolean";
}

public sealed class RowIdDataViewType : PrimitiveDataViewType
{
    private RowIdDataViewType() : base(typeof(DataViewRowId)) { }
    public static RowIdDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "DataViewRowId";
}

public sealed class DateTimeDataViewType : PrimitiveDataViewType
{
    private DateTimeDataViewType() : base(typeof(DateTime)) { }
    public static DateTimeDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "DateTime";
}

public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private NumberDataViewType(Type rawType) : base(rawType) { }
    public static NumberDataViewType SByte { get; } = new(typeof(sbyte));
    public static NumberDataViewType Byte { get; } = new(typeof(byte));
    public static NumberDataViewType Int16 { get; } = new(typeof(short));
    public static NumberDataViewType UInt16 { get; } = new(typeof(ushort));
    public static NumberDataViewType Int32 { get; } = new(typeof(int));
    public static NumberDataViewType UInt32 { get; } = new(typeof(uint));
    public static NumberDataViewType Int64 { get; } = new(typeof(long));
    public static NumberDataViewType UInt64 { get; } = new(typeof(ulong));
    public static NumberDataViewType Single { get; } = new(typeof(float));
    public static NumberDataViewType Double { get; } = new(typeof(double));
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => RawType.Name;
}

/// <summary>Categories 1..Count stored in an unsigned integer; 0 means missing.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    public KeyDataViewType(Type type, ulong count) : base(type)
    {
        if (!IsValidDataType(type))
            throw Contracts.ExceptParam(null, nameof(type), "Type is not valid, it must be Byte, UInt16, UInt32, or UInt64.");
        ulong most = type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;
        if (count == 0 || count > most)
            throw Contracts.ExceptParam(null, nameof(count), $"The cardinality of a KeyDataViewType must not exceed {type.Name}.MaxValue and must be strictly positive, but got {count}.");
        Count = count;
    }

    public KeyDataViewType(Type type, int count) : this(type, (ulong)count) { }

    public ulong Count { get; }

    public static bool IsValidDataType(Type type)
        => type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong);

    public override bool Equals(DataViewType other) => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => HashCode.Combine(RawType, Count);
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";
}

/// <summary>A vector of a primitive item; size 0 means that rows may differ in length.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0) : this(itemType, ImmutableArray.Create(size)) { }

    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions) : this(itemType, dimensions.ToImmutableArray()) { }

    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(typeof(VBuffer<>).MakeGenericType((itemType ?? throw new ArgumentNullException(nameof(itemType))).RawType))
    {
        Contracts.CheckParam(null, dimensions.Length > 0, nameof(dimensions));
        Contracts.CheckParam(null, dimensions.All(d => d >= 0), nameof(dimensions));
        ItemType = itemType;
        Dimensions = dimensions;
        Size = dimensions.Aggregate(1, (product, d) => checked(product * d));
    }

    public PrimitiveDataViewType ItemType { get; }
    public ImmutableArray<int> Dimensions { get; }
    public int Size { get; }
    public bool IsKnownSize => Size > 0;

    public override bool Equals(DataViewType other)
        => other is VectorDataViewType v && ItemType.Equals(v.ItemType) && Dimensions.SequenceEqual(v.Dimensions);
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => HashCode.Combine(ItemType, Size, Dimensions.Length);

    public override string ToString()
    {
        if (Dimensions.Length == 1) return Size > 0 ? $"Vector<{ItemType}, {Size}>" : $"Vector<{ItemType}>";
        return $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d > 0 ? d.ToString() : "*"))}>";
    }
}

public enum DataKind : byte
{
    SByte = 1, Byte = 2, Int16 = 3, UInt16 = 4, Int32 = 5, UInt32 = 6, Int64 = 7, UInt64 = 8,
    Single = 9, Double = 10, String = 11, Boolean = 12, TimeSpan = 13, DateTime = 14, DateTimeOffset = 15,
}

internal static class ColumnTypeExtensions
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> s_byRawType = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16, NumberDataViewType.Int32,
        NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64, NumberDataViewType.Single, NumberDataViewType.Double,
        TextDataViewType.Instance, BooleanDataViewType.Instance, DateTimeDataViewType.Instance, RowIdDataViewType.Instance,
    }.ToDictionary(type => type.RawType);

    public static DataViewType GetItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;
    public static int GetValueCount(this DataViewType type) => (type as VectorDataViewType)?.Size ?? 1;
    public static int GetVectorSize(this DataViewType type) => (type as VectorDataViewType)?.Size ?? 0;
    public static ulong GetKeyCount(this DataViewType type) => (type as KeyDataViewType)?.Count ?? 0;
    public static bool IsKnownSizeVector(this DataViewType type) => type.GetVectorSize() > 0;

    public static PrimitiveDataViewType PrimitiveTypeFromType(Type type)
        => TryPrimitiveTypeFromType(type) ?? throw Contracts.Except(null, $"Type '{type.FullName}' is not supported by the stand-in for Microsoft.ML.");

    public static PrimitiveDataViewType TryPrimitiveTypeFromType(Type type)
        => s_byRawType.GetValueOrDefault(type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type);

    public static PrimitiveDataViewType FromKind(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        _ => throw new NotSupportedException($"DataKind.{kind} is not part of the stand-in for Microsoft.ML."),
    };

    public static DataKind ToKind(PrimitiveDataViewType type)
        => Enum.GetValues<DataKind>().First(kind => kind is not (DataKind.TimeSpan or DataKind.DateTimeOffset) && FromKind(kind).RawType == type.RawType);
}
