// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Linq.Expressions;
using System.Reflection;
namespace Microsoft.ML.Data;
/// <summary>A member of a class as a column: a scalar, text, or an array as a vector.</summary>
internal sealed record TypedColumn(MemberInfo Member, Type MemberType, Type ItemType, DataViewType Type, DataViewSchema.Annotations Annotations = null)
{
    public string Name => Member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? Member.Name;
    public bool IsVector => MemberType.IsArray;
}

/// <summary>Between members of a class and columns of a row.</summary>
internal static class TypedRows
{
    /// <summary>Public fields, then public properties that can be read or, if asked for, written.</summary>
    public static TypedColumn[] Columns(Type type, bool write)
    {
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var properties = type.GetProperties(instance).Where(p => p.GetIndexParameters().Length == 0 && (write ? p.GetSetMethod() : p.GetGetMethod()) is not null);
        return type.GetFields(instance).Select(f => Column(f, f.FieldType)).Concat(properties.Select(p => Column(p, p.PropertyType))).ToArray();
    }
    public static TypedColumn[] Columns(IHostEnvironment env, Type type, DataViewSchema schema)
    {
        var columns = Columns(type, write: false);
        foreach (var given in schema)
        {
            int i = Array.FindIndex(columns, c => c.Name == given.Name);
            if (i < 0) throw env.Except($"Type should contain a member named {given.Name}");
            columns[i] = columns[i] with { Type = given.Type, Annotations = given.Annotations };
        }
        return columns;
    }
    private static TypedColumn Column(MemberInfo member, Type type)
    {
        var itemType = type.IsArray ? type.GetElementType() : type;
        var item = ColumnTypeExtensions.TryFromType(itemType)
            ?? throw Contracts.ExceptParam(null, "rawType", $"Could not determine an IDataView type for member {member.Name} of type '{type.FullName}'");
        if (type == typeof(string[])) throw new NotSupportedException("Vectors of text as members are not part of the stand-in for Microsoft.ML.");
        int size = member.GetCustomAttribute<VectorTypeAttribute>()?.Size ?? 0;
        return new TypedColumn(member, type, itemType, type.IsArray ? new VectorDataViewType(item, size) : item);
    }
    public static DataViewSchema Schema(TypedColumn[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns) builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }
    /// <summary>The columns a class takes from a view, checked against its schema.</summary>
    public static (DataViewSchema.Column Column, TypedColumn Member)[] Bind(IHostEnvironment env, Type rowType, DataViewSchema schema, bool ignoreMissing)
    {
        var bound = new List<(DataViewSchema.Column, TypedColumn)>();
        foreach (var wanted in Columns(rowType, write: true))
        {
            if (schema.GetColumnOrNull(wanted.Name) is not { } column)
            {
                if (ignoreMissing) continue;
                throw env.ExceptSchemaMismatch("Schema", "", wanted.Name);
            }
            if (wanted.Type.RawType != column.Type.RawType)
                throw env.Except($"Can't bind the IDataView column '{wanted.Name}' of type '{column.Type}' to field or property '{wanted.Name}' of type '{wanted.MemberType.FullName}'.");
            bound.Add((column, wanted));
        }
        return [.. bound];
    }
    private static string Kind(TypedColumn column, string what) => (column.IsVector ? "Vector" : column.MemberType == typeof(string) ? "Text" : "Scalar") + what;
    /// <summary>A getter that reads a member of the current object.</summary>
    public static Delegate Getter<TRow>(TypedColumn column, Func<TRow> current)
        => (Delegate)Generic.Call(typeof(TypedRows), Kind(column, "Getter"), [typeof(TRow), column.ItemType], column.Member, current);
    private static ValueGetter<ReadOnlyMemory<char>> TextGetter<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var peek = Peek<TRow, string>(member);
        return (ref ReadOnlyMemory<char> value) => value = peek(current()).AsMemory();
    }
    private static ValueGetter<T> ScalarGetter<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var peek = Peek<TRow, T>(member);
        return (ref T value) => value = peek(current());
    }
    private static ValueGetter<VBuffer<T>> VectorGetter<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var peek = Peek<TRow, T[]>(member);
        return (ref VBuffer<T> value) => (peek(current()) is { } items ? new VBuffer<T>(items.Length, items) : default).CopyTo(ref value);
    }
    /// <summary>An action that fills an object from the row's current values.</summary>
    public static Action<TRow> Filler<TRow>(DataViewRow row, (DataViewSchema.Column Column, TypedColumn Member)[] columns) => (Action<TRow>)Delegate.Combine(columns.Select(c =>
        (Delegate)Generic.Call(typeof(TypedRows), Kind(c.Member, "Setter"), [typeof(TRow), c.Member.ItemType], row, c.Column, c.Member.Member)).ToArray()) ?? (_ => { });
    private static Action<TRow> TextSetter<TRow, T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var (read, poke) = (Cursors.Reader<ReadOnlyMemory<char>>(row, column), Poke<TRow, string>(member));
        return target => poke(target, read().ToString());
    }
    private static Action<TRow> ScalarSetter<TRow, T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var (read, poke) = (Cursors.Reader<T>(row, column), Poke<TRow, T>(member));
        return target => poke(target, read());
    }
    private static Action<TRow> VectorSetter<TRow, T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var (read, peek, poke) = (Cursors.Reader<VBuffer<T>>(row, column), Peek<TRow, T[]>(member), Poke<TRow, T[]>(member));
        return target =>
        {
            var value = read();
            T[] items = peek(target) is { } old && old.Length == value.Length ? old : new T[value.Length];
            value.CopyTo(items);
            poke(target, items);
        };
    }
    private static Func<TRow, T> Peek<TRow, T>(MemberInfo member)
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, T>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }
    private static Action<TRow, T> Poke<TRow, T>(MemberInfo member)
    {
        var (row, value) = (Expression.Parameter(typeof(TRow)), Expression.Parameter(typeof(T)));
        return Expression.Lambda<Action<TRow, T>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)] public sealed class VectorTypeAttribute(int size) : Attribute { internal int Size { get; } = size; }
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)] public sealed class ColumnNameAttribute(string name) : Attribute { internal string Name { get; } = name; }
