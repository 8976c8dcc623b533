// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Between members of a class and columns of a row.</summary>
internal static class TypedRows
{
    public static Type MemberType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static MemberInfo Member(Type type, string name) => (MemberInfo)type.GetField(name) ?? type.GetProperty(name);

    private static bool IsVector(Type type, out Type item)
    {
        bool buffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        item = type.IsArray ? type.GetElementType() : buffer ? type.GetGenericArguments()[0] : type;
        return type.IsArray || buffer;
    }

    public static DataViewType ColumnType(MemberInfo member)
    {
        bool vector = IsVector(MemberType(member), out var itemType);
        var item = ColumnTypeExtensions.TryPrimitiveTypeFromType(itemType)
            ?? throw Contracts.ExceptParam(null, "rawType", $"Could not determine an IDataView type for member {member.Name} of type '{MemberType(member).FullName}'");
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key) item = new KeyDataViewType(itemType, key.Count);
        var attribute = member.GetCustomAttribute<VectorTypeAttribute>();
        if (attribute is not null && !vector)
            throw Contracts.ExceptParam(null, "userType", $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        return !vector ? item : attribute?.Dims is { Length: > 0 } dims ? new VectorDataViewType(item, dims) : new VectorDataViewType(item);
    }

    public static DataViewSchema Schema(Type rowType, SchemaDefinition definition)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in definition)
        {
            bool vector = IsVector(MemberType(Member(rowType, column.MemberName)), out var item);
            if (vector != column.ColumnType is VectorDataViewType)
                throw Contracts.ExceptParam(null, "userSchemaDefinition", $"Column '{column.ColumnName}' is supposed to be {(vector ? "scalar" : "vector")}, but type of associated field '{column.MemberName}' is {(vector ? "vector" : "scalar")}");
            if (ColumnTypeExtensions.PrimitiveTypeFromType(item).RawType != column.ColumnType.GetItemType().RawType)
                throw Contracts.ExceptParam(null, "userSchemaDefinition", $"Column '{column.ColumnName}' is supposed to have item type {column.ColumnType.GetItemType().RawType}, but associated field has type {item}");
            builder.AddColumn(column.ColumnName, column.ColumnType, column.Annotations);
        }
        return builder.ToSchema();
    }

    /// <summary>A getter that reads <paramref name="memberName"/> of the current object.</summary>
    public static Delegate Getter<TRow>(string memberName, Func<TRow> current)
    {
        var member = Member(typeof(TRow), memberName);
        var type = MemberType(member);
        if (type == typeof(string)) return Text(Peek<TRow, string>(member), current);
        if (type == typeof(string[])) return TextVector(Peek<TRow, string[]>(member), current);
        bool vector = IsVector(type, out var item);
        string method = type.IsArray ? nameof(ArrayVector) : vector ? nameof(BufferVector) : nameof(Scalar);
        return (Delegate)Generic.Call(typeof(TypedRows), method, [typeof(TRow), item], member, current);
    }

    private static ValueGetter<ReadOnlyMemory<char>> Text<TRow>(Func<TRow, string> peek, Func<TRow> current)
        => (ref ReadOnlyMemory<char> value) => value = peek(current()).AsMemory();

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> TextVector<TRow>(Func<TRow, string[]> peek, Func<TRow> current)
        => (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var texts = peek(current())?.Select(t => t.AsMemory()).ToArray() ?? [];
            value = new(texts.Length, texts);
        };

    private static ValueGetter<T> Scalar<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var peek = Peek<TRow, T>(member);
        return (ref T value) => value = peek(current());
    }

    private static ValueGetter<VBuffer<T>> ArrayVector<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var peek = Peek<TRow, T[]>(member);
        return (ref VBuffer<T> value) =>
        {
            T[] items = peek(current()) ?? [];
            var editor = VBufferEditor.Create(ref value, items.Length);
            items.CopyTo(editor.Values);
            value = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<T>> BufferVector<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var peek = Peek<TRow, VBuffer<T>>(member);
        return (ref VBuffer<T> value) => peek(current()).CopyTo(ref value);
    }

    private static Func<TRow, T> Peek<TRow, T>(MemberInfo member)
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, T>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    /// <summary>The columns a class takes from a view, checked against its schema.</summary>
    public static (DataViewSchema.Column Column, MemberInfo Member)[] Bind(IHostEnvironment env, Type rowType, DataViewSchema schema, bool ignoreMissing, SchemaDefinition definition)
    {
        var bound = new List<(DataViewSchema.Column, MemberInfo)>();
        foreach (var wanted in definition ?? SchemaDefinition.Create(rowType, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(wanted.ColumnName) is not { } column)
            {
                if (ignoreMissing) continue;
                throw env.ExceptSchemaMismatch("Schema", "", wanted.ColumnName);
            }
            var member = Member(rowType, wanted.MemberName);
            bool vector = IsVector(MemberType(member), out var item);
            if (vector != column.Type is VectorDataViewType || ColumnTypeExtensions.TryPrimitiveTypeFromType(item)?.RawType != column.Type.GetItemType().RawType)
                throw env.Except($"Can't bind the IDataView column '{wanted.ColumnName}' of type '{column.Type}' to field or property '{wanted.MemberName}' of type '{MemberType(member).FullName}'.");
            bound.Add((column, member));
        }
        return [.. bound];
    }

    /// <summary>An action that fills an object from the row's current values.</summary>
    public static Action<TRow> Filler<TRow>(DataViewRow row, (DataViewSchema.Column Column, MemberInfo Member)[] columns)
    {
        var setters = columns.Select(c => Setter<TRow>(row, c.Column, c.Member)).ToArray();
        return target =>
        {
            foreach (var set in setters) set(target);
        };
    }

    private static Action<TRow> Setter<TRow>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var type = MemberType(member);
        if (type == typeof(string))
        {
            var text = row.GetGetter<ReadOnlyMemory<char>>(column);
            var pokeText = Poke<TRow, string>(member);
            ReadOnlyMemory<char> value = default;
            return target =>
            {
                text(ref value);
                pokeText(target, value.ToString());
            };
        }
        if (type == typeof(string[]))
        {
            var texts = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
            var pokeTexts = Poke<TRow, string[]>(member);
            VBuffer<ReadOnlyMemory<char>> value = default;
            return target =>
            {
                texts(ref value);
                pokeTexts(target, value.DenseValues().Select(t => t.ToString()).ToArray());
            };
        }
        IsVector(type, out var item);
        string method = type.IsArray ? nameof(ArraySetter) : nameof(DirectSetter);
        return (Action<TRow>)Generic.Call(typeof(TypedRows), method, [typeof(TRow), type.IsArray ? item : type], row, column, member);
    }

    private static Action<TRow> DirectSetter<TRow, T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var getter = row.GetGetter<T>(column);
        var poke = Poke<TRow, T>(member);
        return target =>
        {
            T value = default;
            getter(ref value);
            poke(target, value);
        };
    }

    private static Action<TRow> ArraySetter<TRow, T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        var peek = Peek<TRow, T[]>(member);
        var poke = Poke<TRow, T[]>(member);
        VBuffer<T> value = default;
        return target =>
        {
            getter(ref value);
            T[] items = peek(target) is { } old && old.Length == value.Length ? old : new T[value.Length];
            value.CopyTo(items);
            poke(target, items);
        };
    }

    private static Action<TRow, T> Poke<TRow, T>(MemberInfo member)
    {
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(T));
        return Expression.Lambda<Action<TRow, T>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }
}
