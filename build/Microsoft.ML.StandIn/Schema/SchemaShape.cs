// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

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
        Contracts.CheckParam(null, _columns.All(c => c.IsValid), nameof(columns), "Some items are not initialized properly.");
    }

    public int Count => _columns.Length;
    public Column this[int index] => _columns[index];
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryFindColumn(string name, out Column column)
    {
        column = _columns.FirstOrDefault(c => c.Name == name);
        return column.IsValid;
    }

    internal static SchemaShape Create(DataViewSchema schema)
    {
        Contracts.CheckValue(null, schema, nameof(schema));
        return new(schema.Where(c => !c.IsHidden)
            .Select(c => FromType(c.Name, c.Type, new SchemaShape(c.Annotations.Schema.Select(a => FromType(a.Name, a.Type, null))))));
    }

    internal static void GetColumnTypeShape(DataViewType type, out Column.VectorKind kind, out DataViewType itemType, out bool isKey)
    {
        kind = type is not VectorDataViewType v ? Column.VectorKind.Scalar : v.IsKnownSize ? Column.VectorKind.Vector : Column.VectorKind.VariableVector;
        itemType = type.GetItemType();
        isKey = itemType is KeyDataViewType;
        if (isKey) itemType = ColumnTypeExtensions.PrimitiveTypeFromType(itemType.RawType);
    }

    private static Column FromType(string name, DataViewType type, SchemaShape annotations)
    {
        GetColumnTypeShape(type, out var kind, out var itemType, out bool isKey);
        return new Column(name, kind, itemType, isKey, annotations);
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
            Contracts.CheckParam(null, !isKey || KeyDataViewType.IsValidDataType(itemType.RawType), nameof(itemType), "The item type must be valid for a key");
            (Name, Kind, ItemType, IsKey, Annotations) = (name, vecKind, itemType, isKey, annotations ?? s_empty);
        }

        internal bool IsValid => Name is not null;

        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch { VectorKind.Vector => $"Vector<{item}>", VectorKind.VariableVector => $"VarVector<{item}>", _ => item };
        }

        internal bool IsCompatibleWith(Column source)
        {
            if (Name != source.Name || Kind != source.Kind || !ItemType.Equals(source.ItemType) || IsKey != source.IsKey) return false;
            return Annotations.All(a => source.Annotations.TryFindColumn(a.Name, out var other) && a.IsCompatibleWith(other));
        }
    }
}
