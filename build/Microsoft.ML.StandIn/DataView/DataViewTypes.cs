// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections.Immutable;
namespace Microsoft.ML.Data;

public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType) => RawType = rawType;
    public Type RawType { get; }
    public virtual bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => RawType.GetHashCode();
}

public abstract class StructuredDataViewType : DataViewType { private protected StructuredDataViewType(Type rawType) : base(rawType) { } }
public abstract class PrimitiveDataViewType : DataViewType { private protected PrimitiveDataViewType(Type rawType) : base(rawType) { } }

public sealed class TextDataViewType : PrimitiveDataViewType
{
    private TextDataViewType() : base(typeof(ReadOnlyMemory<char>)) { }
    public static TextDataViewType Instance { get; } = new();
    public override string ToString() => "String";
}

public sealed class BooleanDataViewType : PrimitiveDataViewType
{
    private BooleanDataViewType() : base(typeof(bool)) { }
    public static BooleanDataViewType Instance { get; } = new();
    public override string ToString() => "Boolean";
}

public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private NumberDataViewType(Type rawType) : base(rawType) { }
    public static NumberDataViewType Int32 { get; } = new(typeof(int));
    public static NumberDataViewType UInt32 { get; } = new(typeof(uint));
    public static NumberDataViewType Int64 { get; } = new(typeof(long));
    public static NumberDataViewType Single { get; } = new(typeof(float));
    public static NumberDataViewType Double { get; } = new(typeof(double));
    public override string ToString() => RawType.Name;
}

/// <summary>Categories 1..Count stored in an unsigned integer (here always UInt32); 0 means missing.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    public KeyDataViewType(Type type, ulong count) : base(type)
    {
        Contracts.CheckParam(null, type == typeof(uint), nameof(type), "Type is not valid, it must be Byte, UInt16, UInt32, or UInt64.");
        Contracts.CheckParam(null, count > 0 && count <= uint.MaxValue, nameof(count), $"The cardinality of a KeyDataViewType must not exceed {type.Name}.MaxValue and must be strictly positive, but got {count}.");
        Count = count;
    }

    public KeyDataViewType(Type type, int count) : this(type, (ulong)count) { }
    public ulong Count { get; }
    public override bool Equals(DataViewType other) => other is KeyDataViewType key && key.Count == Count;
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";
}

/// <summary>A vector of a primitive item; size 0 means that rows may differ in length.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0) : this(itemType, [size]) { }
    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : base(typeof(VBuffer<>).MakeGenericType((itemType ?? throw new ArgumentNullException(nameof(itemType))).RawType))
    {
        Contracts.CheckParam(null, dimensions.Length > 0 && dimensions.All(d => d >= 0), nameof(dimensions));
        (ItemType, Dimensions, Size) = (itemType, [.. dimensions], dimensions.Aggregate(1, (product, d) => checked(product * d)));
    }

    public PrimitiveDataViewType ItemType { get; }
    public ImmutableArray<int> Dimensions { get; }
    public int Size { get; }
    public bool IsKnownSize => Size > 0;
    public override bool Equals(DataViewType other) => other is VectorDataViewType v && ItemType.Equals(v.ItemType) && Dimensions.SequenceEqual(v.Dimensions);
    public override string ToString() => Dimensions.Length == 1 ? Size > 0 ? $"Vector<{ItemType}, {Size}>" : $"Vector<{ItemType}>"
        : $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d > 0 ? d.ToString() : "*"))}>";
}

public enum DataKind : byte { Int32 = 5, UInt32 = 6, Int64 = 7, Single = 9, Double = 10, String = 11, Boolean = 12 }

internal static class ColumnTypeExtensions
{
    private static readonly (DataKind Kind, PrimitiveDataViewType Type)[] s_kinds =
    [
        (DataKind.Int32, NumberDataViewType.Int32), (DataKind.UInt32, NumberDataViewType.UInt32), (DataKind.Int64, NumberDataViewType.Int64), (DataKind.Single, NumberDataViewType.Single),
        (DataKind.Double, NumberDataViewType.Double), (DataKind.String, TextDataViewType.Instance), (DataKind.Boolean, BooleanDataViewType.Instance),
    ];
    public static DataViewType GetItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;
    public static int GetValueCount(this DataViewType type) => (type as VectorDataViewType)?.Size ?? 1;
    public static ulong GetKeyCount(this DataViewType type) => (type as KeyDataViewType)?.Count ?? 0;
    public static PrimitiveDataViewType TryFromType(Type type) => s_kinds.FirstOrDefault(k => k.Type.RawType == (type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type)).Type;
    public static PrimitiveDataViewType FromKind(DataKind kind) => s_kinds.FirstOrDefault(k => k.Kind == kind).Type ?? throw new FormatException($"Unknown data kind {kind}.");
    public static DataKind ToKind(PrimitiveDataViewType type) => s_kinds.First(k => k.Type.RawType == type.RawType).Kind;
}

/// <summary>A 128-bit row identity that survives filtering and shuffling.</summary>
public readonly struct DataViewRowId(ulong low, ulong high) { public readonly ulong Low = low, High = high; public override string ToString() => $"{High:x16}{Low:x16}"; }
