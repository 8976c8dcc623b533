// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML;
/// <summary>What is known of a schema before the data: names, kinds, item types and annotations, but no sizes.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape s_empty = new([]);
    private readonly Column[] _columns;
    public SchemaShape(IEnumerable<Column> columns)
    {
        Contracts.CheckValue(null, columns, nameof(columns));
        _columns = columns.ToArray();
        Contracts.CheckParam(null, _columns.All(c => c.Name is not null), nameof(columns), "Some items are not initialized properly.");
    }

    public int Count => _columns.Length;
    public Column this[int index] => _columns[index];
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    internal bool TryFindColumn(string name, out Column column) => (column = _columns.FirstOrDefault(c => c.Name == name)).Name is not null;
    internal Column Find(IHost host, string name) => TryFindColumn(name, out var column) ? column : throw host.ExceptSchemaMismatch("inputSchema", "input", name);
    /// <summary>The shape with more or replaced columns.</summary>
    internal SchemaShape With(IEnumerable<Column> columns)
    {
        var result = this.ToDictionary(c => c.Name);
        foreach (var column in columns) result[column.Name] = column;
        return new SchemaShape(result.Values);
    }

    internal static SchemaShape Create(DataViewSchema schema)
    {
        Contracts.CheckValue(null, schema, nameof(schema));
        return new(schema.Where(c => !c.IsHidden).Select(c => FromType(c.Name, c.Type, new SchemaShape(c.Annotations.Schema.Select(a => FromType(a.Name, a.Type, null))))));
    }

    private static Column FromType(string name, DataViewType type, SchemaShape annotations)
    {
        var kind = type is not VectorDataViewType v ? VectorKind.Scalar : v.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
        bool isKey = type.GetItemType() is KeyDataViewType;
        return new Column(name, kind, isKey ? NumberDataViewType.UInt32 : type.GetItemType(), isKey, annotations);
    }

    public struct Column
    {
        public enum VectorKind { Scalar, Vector, VariableVector }
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;
        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Contracts.CheckNonEmpty(null, name, nameof(name));
            Contracts.CheckParam(null, itemType is not KeyDataViewType, nameof(itemType), "Item type cannot be a key");
            Contracts.CheckParam(null, itemType is not VectorDataViewType, nameof(itemType), "Item type cannot be a vector");
            Contracts.CheckParam(null, !isKey || itemType == NumberDataViewType.UInt32, nameof(itemType), "The item type must be valid for a key");
            (Name, Kind, ItemType, IsKey, Annotations) = (name, vecKind, itemType, isKey, annotations ?? s_empty);
        }

        internal bool Has(string annotation) => Annotations.TryFindColumn(annotation, out _);
        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch { VectorKind.Vector => $"Vector<{item}>", VectorKind.VariableVector => $"VarVector<{item}>", _ => item };
        }
    }
}
