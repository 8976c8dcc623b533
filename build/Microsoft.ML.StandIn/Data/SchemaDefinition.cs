// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ColumnNameAttribute(string name) : Attribute
{
    internal string Name { get; } = name;
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NoColumnAttribute : Attribute;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class VectorTypeAttribute : Attribute
{
    public VectorTypeAttribute() { }
    public VectorTypeAttribute(int size) : this([size]) { }

    public VectorTypeAttribute(params int[] dimensions)
    {
        Contracts.CheckParam(null, dimensions.All(d => d >= 0), nameof(dimensions), "Should contain only non-negative values");
        Dims = dimensions;
    }

    internal int[] Dims { get; }
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyTypeAttribute(ulong count) : Attribute
{
    internal ulong Count { get; } = count;
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LoadColumnAttribute : Attribute
{
    public LoadColumnAttribute(int fieldIndex) => Sources = [new(fieldIndex)];
    public LoadColumnAttribute(int start, int end) => Sources = [new(start, end)];
    public LoadColumnAttribute(int[] columnIndexes) => Sources = columnIndexes.Select(i => new TextLoader.Range(i)).ToArray();

    internal TextLoader.Range[] Sources { get; }
}

/// <summary>Which members of a class are columns, under which names and types.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    [Flags]
    public enum Direction { Read = 1, Write = 2, Both = Read | Write }

    private SchemaDefinition() { }

    public Column this[string columnName] => this.FirstOrDefault(c => c.ColumnName == columnName);

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(null, userType, nameof(userType));
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var properties = userType.GetProperties(instance).Where(p => p.GetIndexParameters().Length == 0
            && (direction.HasFlag(Direction.Read) && p.GetGetMethod() is not null || direction.HasFlag(Direction.Write) && p.GetSetMethod() is not null));
        var definition = new SchemaDefinition();
        foreach (var member in userType.GetFields(instance).Concat<MemberInfo>(properties))
        {
            if (member.GetCustomAttribute<NoColumnAttribute>() is not null || TypedRows.MemberType(member) == typeof(IChannel)) continue;
            var column = new Column(member.Name, TypedRows.ColumnType(member), member.GetCustomAttribute<ColumnNameAttribute>()?.Name);
            if (definition[column.ColumnName] is not null)
                throw Contracts.ExceptParam(null, nameof(userType), $"Duplicate column name '{column.ColumnName}' detected, this is disallowed");
            definition.Add(column);
        }
        return definition;
    }

    /// <summary>The columns of <paramref name="schema"/>, each bound to the member that carries its name.</summary>
    internal static SchemaDefinition Create(IHostEnvironment env, Type userType, DataViewSchema schema)
    {
        var members = Create(userType);
        var definition = new SchemaDefinition();
        foreach (var column in schema)
        {
            var member = members[column.Name] ?? throw env.Except($"Type should contain a member named {column.Name}");
            definition.Add(new Column(member.MemberName, column.Type, column.Name) { Given = column.Annotations });
        }
        return definition;
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, DataViewType columnType, string columnName)
            => (MemberName, ColumnType, ColumnName) = (memberName, columnType, columnName ?? memberName);

        public string MemberName { get; }
        public string ColumnName { get; set; }
        public DataViewType ColumnType { get; set; }
        public DataViewSchema.Annotations Annotations => Given ?? _annotations.ToAnnotations();
        internal DataViewSchema.Annotations Given { get; init; }

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            if (annotationType is VectorDataViewType vector && value is string[] texts)
                _annotations.AddVector(kind, vector, texts.Select(t => t.AsMemory()).ToArray());
            else if (annotationType is VectorDataViewType items && value is Array)
                Generic.Call(typeof(AnnotationUtils), nameof(AnnotationUtils.AddVector), [items.ItemType.RawType], _annotations, kind, items, value);
            else if (value is string text)
                _annotations.AddPrimitiveValue(kind, TextDataViewType.Instance, text.AsMemory());
            else
                _annotations.Add(kind, annotationType, (ref T destination) => destination = value);
        }
    }
}
