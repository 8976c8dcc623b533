// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Columns in order; of several columns of one name the last is visible, the earlier ones are hidden.</summary>
public sealed class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _visible = [];

    private DataViewSchema(IReadOnlyList<DetachedColumn> columns)
    {
        for (int i = 0; i < columns.Count; i++) _visible[columns[i].Name] = i;
        _columns = columns.Select((c, i) => new Column(c.Name, i, _visible[c.Name] != i, c.Type, c.Annotations)).ToArray();
    }

    public int Count => _columns.Length;

    public Column this[string name] => GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found");

    public Column this[int columnIndex]
    {
        get
        {
            if (columnIndex < 0 || columnIndex >= _columns.Length) throw new ArgumentOutOfRangeException(nameof(columnIndex));
            return _columns[columnIndex];
        }
    }

    public Column? GetColumnOrNull(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new ArgumentNullException(nameof(name));
        return _visible.TryGetValue(name, out int index) ? _columns[index] : null;
    }

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    public override string ToString() => $"{Count} columns";

    public struct Column
    {
        internal Column(string name, int index, bool isHidden, DataViewType type, Annotations annotations)
        {
            (Name, Index, IsHidden, Type) = (name, index, isHidden, type);
            Annotations = annotations ?? Annotations.Empty;
        }

        public string Name { get; }
        public int Index { get; }
        public bool IsHidden { get; }
        public DataViewType Type { get; }
        public Annotations Annotations { get; }

        public override string ToString()
            => Annotations is null || Annotations.Schema.Count == 0 ? $"{Name}: {Type}" : $"{Name}: {Type} {{{Annotations}}}";
    }

    public struct DetachedColumn
    {
        public DetachedColumn(string name, DataViewType type, Annotations annotations = null)
        {
            if (string.IsNullOrEmpty(name)) throw new ArgumentNullException(nameof(name));
            Name = name;
            Type = type ?? throw new ArgumentNullException(nameof(type));
            Annotations = annotations ?? Annotations.Empty;
        }

        public DetachedColumn(Column column) : this(column.Name, column.Type, column.Annotations) { }

        public string Name { get; }
        public DataViewType Type { get; }
        public Annotations Annotations { get; }
    }

    public sealed class Builder
    {
        private readonly List<DetachedColumn> _items = [];

        public void AddColumn(string name, DataViewType type, Annotations annotations = null) => _items.Add(new(name, type, annotations));
        public void AddColumns(IEnumerable<Column> source) => _items.AddRange(source.Select(c => new DetachedColumn(c)));
        public void AddColumns(IEnumerable<DetachedColumn> source) => _items.AddRange(source);
        public DataViewSchema ToSchema() => new(_items);
    }

    /// <summary>Named values attached to a column, such as the names of a vector's slots.</summary>
    public sealed class Annotations
    {
        private readonly Delegate[] _getters;

        private Annotations(DataViewSchema schema, Delegate[] getters) => (Schema, _getters) = (schema, getters);

        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);
        public DataViewSchema Schema { get; }

        public ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            if (column.Index >= _getters.Length) throw new ArgumentException(nameof(column));
            return _getters[column.Index] as ValueGetter<TValue> ?? throw new InvalidOperationException("Invalid call to 'GetGetter'");
        }

        public void GetValue<TValue>(string kind, ref TValue value)
        {
            var column = Schema.GetColumnOrNull(kind) ?? throw new InvalidOperationException("Invalid call to 'GetValue'");
            GetGetter<TValue>(column)(ref value);
        }

        public override string ToString() => string.Join(", ", Schema.Select(c => c.Name));

        public sealed class Builder
        {
            private readonly DataViewSchema.Builder _schema = new();
            private readonly List<Delegate> _getters = [];

            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                if (annotations is null) return;
                ArgumentNullException.ThrowIfNull(selector);
                foreach (var column in annotations.Schema)
                    if (selector(column.Name)) Append(column.Name, column.Type, annotations._getters[column.Index], column.Annotations);
            }

            public void Add<TValue>(string name, DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null)
            {
                Check(name, type, getter);
                if (type.RawType != typeof(TValue)) throw new ArgumentException($"type.RawType must be of type '{typeof(TValue).FullName}'.", nameof(type));
                Append(name, type, getter, annotations);
            }

            public void Add(string name, DataViewType type, Delegate getter, Annotations annotations = null)
            {
                Check(name, type, getter);
                var expected = typeof(ValueGetter<>).MakeGenericType(type.RawType);
                if (!expected.IsInstanceOfType(getter)) throw new ArgumentException($"getter must be of type '{expected.FullName}'", nameof(getter));
                Append(name, type, getter, annotations);
            }

            public void AddPrimitiveValue<TValue>(string name, PrimitiveDataViewType type, TValue value, Annotations annotations = null)
                => Add(name, type, (ref TValue destination) => destination = value, annotations);

            public Annotations ToAnnotations() => new(_schema.ToSchema(), _getters.ToArray());

            private static void Check(string name, DataViewType type, Delegate getter)
            {
                ArgumentException.ThrowIfNullOrEmpty(name);
                ArgumentNullException.ThrowIfNull(type);
                ArgumentNullException.ThrowIfNull(getter);
            }

            private void Append(string name, DataViewType type, Delegate getter, Annotations annotations)
            {
                _schema.AddColumn(name, type, annotations);
                _getters.Add(getter);
            }
        }
    }
}
