// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public interface IMultiStreamSource
{
    int Count { get; }
    string GetPathOrNull(int index);
    Stream Open(int index);
    TextReader OpenTextReader(int index);
}

public sealed class MultiFileSource(params string[] paths) : IMultiStreamSource
{
    private readonly string[] _paths = paths ?? [];
    public int Count => _paths.Length;
    public string GetPathOrNull(int index) => _paths[index];
    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    public Stream Open(int index)
    {
        try
        {
            return new FileStream(_paths[index], FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e)
        {
            throw Contracts.ExceptIO(null, e, $"Could not open file '{_paths[index]}'. Error is: {e.Message}");
        }
    }
}

/// <summary>Delimited text as rows, read lazily, one line at a time.</summary>
public sealed class TextLoader : IDataLoader<IMultiStreamSource>
{
    internal static class Defaults
    {
        public const char Separator = '\t';
        public const bool HasHeader = false, AllowQuoting = false, TrimWhitespace = false, AllowSparse = false;
    }

    public sealed class Range
    {
        public int Min;
        public int? Max;
        public bool AutoEnd, ForceVector;

        public Range() { }
        public Range(int index) => (Min, Max) = (index, index);

        public Range(int min, int? max)
        {
            Contracts.CheckParam(null, min >= 0, nameof(min), "Must be non-negative");
            Contracts.CheckParam(null, !(max < min), nameof(max), "If specified, must be greater than or equal to min");
            (Min, Max, ForceVector, AutoEnd) = (min, max, true, max is null);
        }
    }

    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public DataKind DataKind { get; set; } = DataKind.Single;

        public Column() { }
        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new(index)]) { }
        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, [new(minIndex, maxIndex)]) { }
        public Column(string name, DataKind dataKind, Range[] source) => (Name, DataKind, Source) = (name, dataKind, source);
    }

    public class Options
    {
        public bool AllowQuoting = Defaults.AllowQuoting;
        public char[] Separators = [Defaults.Separator];
        public Column[] Columns;
        public bool TrimWhitespace = Defaults.TrimWhitespace;
        public bool HasHeader = Defaults.HasHeader;
        public long? MaxRows;
        public bool MissingRealsAsNaNs;
    }

    private sealed record Bound(DataViewSchema Schema, int[][] Fields);

    private readonly IHost _host;
    private readonly Options _options;
    private readonly Bound _bound;

    internal TextLoader(IHostEnvironment env, Options options, IMultiStreamSource sample)
    {
        _host = env.Register("TextLoader");
        _host.CheckValue(options, nameof(options));
        _host.CheckValue(options.Columns, nameof(options.Columns));
        _options = options;
        string first = sample is null || !NeedsSample ? null : ReadFirstLine(sample);
        _bound = Bind(first is null ? [] : Split(first));
    }

    private bool NeedsSample => _options.HasHeader || _options.Columns.Any(c => c.Source?.Any(r => r.AutoEnd && r.Max is null) == true);

    internal static Column[] ColumnsOf(Type type)
    {
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var members = type.GetFields(instance).Concat<MemberInfo>(type.GetProperties(instance).Where(p => p.GetGetMethod() is not null && p.GetIndexParameters().Length == 0));
        return members.Select(m =>
        {
            var load = m.GetCustomAttribute<LoadColumnAttribute>()
                ?? throw Contracts.Except(null, $"{(m is FieldInfo ? "Field" : "Property")} '{m.Name}' is missing the LoadColumnAttribute attribute");
            var memberType = TypedRows.MemberType(m);
            var item = ColumnTypeExtensions.PrimitiveTypeFromType(memberType.IsArray ? memberType.GetElementType() : memberType);
            return new Column(m.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? m.Name, ColumnTypeExtensions.ToKind(item), load.Sources);
        }).ToArray();
    }

    private static string ReadFirstLine(IMultiStreamSource source)
    {
        if (source.Count == 0) return null;
        using var reader = source.OpenTextReader(0);
        string line;
        while ((line = reader.ReadLine()) is { Length: 0 }) { }
        return line;
    }

    private Bound Bind(string[] first)
    {
        var builder = new DataViewSchema.Builder();
        var fields = new List<int[]>();
        foreach (var column in _options.Columns)
        {
            if (column.Source is not { Length: > 0 }) throw Contracts.ExceptParam(_host, "Source", "Must specify some source column indices");
            if (column.Source.Any(r => r.Max is null) && first.Length == 0)
                throw Contracts.ExceptParam(_host, "Source", "Can't determine the number of source columns without valid data");
            int[] indices = column.Source.SelectMany(r => Enumerable.Range(r.Min, (r.Max ?? first.Length - 1) - r.Min + 1)).ToArray();
            var item = ColumnTypeExtensions.FromKind(column.DataKind);
            bool vector = indices.Length > 1 || column.Source[0].ForceVector;
            var annotations = new DataViewSchema.Annotations.Builder();
            if (vector && _options.HasHeader && first.Length > 0)
                annotations.AddVector(AnnotationUtils.Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, indices.Length),
                    indices.Select(i => i < first.Length ? first[i].AsMemory() : default).ToArray());
            builder.AddColumn(column.Name, vector ? new VectorDataViewType(item, indices.Length) : item, annotations.ToAnnotations());
            fields.Add(indices);
        }
        return new Bound(builder.ToSchema(), [.. fields]);
    }

    public DataViewSchema GetOutputSchema() => _bound.Schema;
    public IDataView Load(IMultiStreamSource source) => new View(this, source);
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("The stand-in for Microsoft.ML saves models with a schema, not with a loader.");

    /// <summary>The fields of a line. Spaces before a field are dropped; a quoted field keeps what it holds, "" in it is one quote.</summary>
    private string[] Split(string line)
    {
        var fields = new List<string>();
        int at = 0;
        while (true)
        {
            int start = at;
            while (start < line.Length && line[start] == ' ' && !_options.Separators.Contains(' ')) start++;
            if (_options.AllowQuoting && start < line.Length && line[start] == '"')
            {
                var field = new System.Text.StringBuilder();
                for (at = start + 1; at < line.Length; at++)
                {
                    if (line[at] != '"') field.Append(line[at]);
                    else if (at + 1 < line.Length && line[at + 1] == '"') field.Append(line[++at]);
                    else break;
                }
                fields.Add(field.ToString());
                at = Math.Min(line.Length, at + 1);
                int next = line.AsSpan(at).IndexOfAny(_options.Separators);
                at = next < 0 ? line.Length : at + next;
            }
            else
            {
                int next = line.AsSpan(start).IndexOfAny(_options.Separators);
                at = next < 0 ? line.Length : start + next;
                fields.Add(line[start..at]);
            }
            if (at >= line.Length) return [.. fields];
            at++;
        }
    }

    private sealed class View(TextLoader loader, IMultiStreamSource source) : IDataView
    {
        public DataViewSchema Schema => loader._bound.Schema;
        public bool CanShuffle => false;
        public long? GetRowCount() => null;
        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded)];
        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
            => new Cursor(loader, Cursors.Active(Schema, columnsNeeded), source);
    }

    private sealed class Cursor : RootCursorBase
    {
        private readonly TextLoader _loader;
        private readonly bool[] _active;
        private readonly IEnumerator<string[]> _lines;
        private readonly Cell[] _cells;

        public Cursor(TextLoader loader, bool[] active, IMultiStreamSource source) : base(loader._host)
        {
            (_loader, _active) = (loader, active);
            _lines = Lines(source).GetEnumerator();
            _cells = Schema.Select((c, i) => active[i] ? Cell.Create(c, loader._bound.Fields[i], loader._options.MissingRealsAsNaNs, Check) : null).ToArray();
        }

        public override DataViewSchema Schema => _loader._bound.Schema;
        public override long Batch => 0;
        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        private void Check() => Ch.Check(IsGood, Cursors.FetchValueStateError);

        private IEnumerable<string[]> Lines(IMultiStreamSource source)
        {
            long rows = 0;
            for (int file = 0; file < source.Count; file++)
            {
                using var reader = source.OpenTextReader(file);
                bool header = _loader._options.HasHeader;
                while (reader.ReadLine() is string line)
                {
                    if (line.Length == 0) continue;
                    if (header)
                    {
                        header = false;
                        continue;
                    }
                    if (rows++ >= (_loader._options.MaxRows ?? long.MaxValue)) yield break;
                    yield return _loader.Split(_loader._options.TrimWhitespace ? line.TrimEnd() : line);
                }
            }
        }

        protected override bool MoveNextCore()
        {
            if (!_lines.MoveNext()) return false;
            foreach (var cell in _cells)
            {
                if (cell is not null && cell.Parse(_lines.Current) is string bad)
                {
                    string what = $"Could not parse value {bad} in line {Position + 2}, column {cell.Name}";
                    throw Ch.ExceptDecode($"Parsing failed with an exception: {what}", Contracts.Except(null, what));
                }
            }
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            Check();
            id = new DataViewRowId((ulong)Position, 0);
        };

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.Check(IsColumnActive(column));
            return _cells[column.Index].Getter as ValueGetter<TValue> ?? throw Ch.Except(
                $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{_cells[column.Index].Getter.GetType().GetGenericArguments()[0]}'.");
        }

        protected override void Dispose(bool disposing)
        {
            _lines.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>The parsed value of one column in the current line.</summary>
    private abstract class Cell
    {
        public string Name { get; private init; }
        public Delegate Getter { get; protected init; }

        /// <summary>Returns the text that could not be parsed, or null.</summary>
        public abstract string Parse(string[] fields);

        public static Cell Create(DataViewSchema.Column column, int[] fields, bool missingAsNaN, Action check)
            => (Cell)Generic.Call(typeof(Cell), nameof(CreateTyped), [column.Type.GetItemType().RawType], column, fields, missingAsNaN, check);

        private static Cell CreateTyped<T>(DataViewSchema.Column column, int[] fields, bool missingAsNaN, Action check)
            => new Typed<T>(column.Type is VectorDataViewType, fields, missingAsNaN, check) { Name = column.Name };

        private sealed class Typed<T> : Cell
        {
            private readonly TextParser.TryParse<T> _parse = TextParser.For<T>();
            private readonly int[] _fields;
            private readonly T[] _values;
            private readonly bool _missingAsNaN;

            public Typed(bool vector, int[] fields, bool missingAsNaN, Action check)
            {
                (_fields, _values, _missingAsNaN) = (fields, new T[fields.Length], missingAsNaN);
                ValueGetter<T> scalar = (ref T value) =>
                {
                    check();
                    value = _values[0];
                };
                ValueGetter<VBuffer<T>> all = (ref VBuffer<T> value) =>
                {
                    check();
                    new VBuffer<T>(_values.Length, _values).CopyTo(ref value);
                };
                Getter = vector ? all : scalar;
            }

            public override string Parse(string[] fields)
            {
                for (int i = 0; i < _fields.Length; i++)
                {
                    string text = _fields[i] < fields.Length ? fields[_fields[i]] : "";
                    if (text.Length == 0 && _missingAsNaN && (typeof(T) == typeof(float) || typeof(T) == typeof(double))) text = "NaN";
                    if (!_parse(text, out _values[i])) return text;
                }
                return null;
            }
        }
    }
}

/// <summary>Text to values, as the text loader and ConvertType do it: empty is the default value; ?, NA, N/A and NaN are missing.</summary>
internal static class TextParser
{
    public delegate bool TryParse<T>(string text, out T value);

    public static TryParse<T> For<T>()
    {
        if (typeof(T) == typeof(float)) return (TryParse<T>)(object)(TryParse<float>)Single;
        if (typeof(T) == typeof(double)) return (TryParse<T>)(object)(TryParse<double>)Double;
        if (typeof(T) == typeof(bool)) return (TryParse<T>)(object)(TryParse<bool>)Boolean;
        if (typeof(T) == typeof(ReadOnlyMemory<char>)) return (TryParse<T>)(object)(TryParse<ReadOnlyMemory<char>>)Text;
        return Integer;
    }

    private static bool IsMissing(string text) => text is "?" || text.ToUpperInvariant() is "NA" or "N/A" or "NAN";

    private static bool Text(string text, out ReadOnlyMemory<char> value)
    {
        value = text.AsMemory();
        return true;
    }

    // A number that cannot be read becomes NaN, as in the real library.
    private static bool Double(string text, out double value)
    {
        text = text.Trim();
        if (text.Length == 0) value = 0;
        else if (text is "∞" or "-∞") value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        else if (!double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value)) value = double.NaN;
        return true;
    }

    private static bool Single(string text, out float value)
    {
        if (!float.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value))
        {
            Double(text, out double wide);
            value = (float)wide;
        }
        return true;
    }

    private static bool Boolean(string text, out bool value)
    {
        value = text.ToUpperInvariant() is "TRUE" or "T" or "YES" or "Y" or "1" or "+1" or "+";
        return value || text.Length == 0 || text.ToUpperInvariant() is "FALSE" or "F" or "NO" or "N" or "0" or "-1" or "-";
    }

    private static bool Integer<T>(string text, out T value)
    {
        value = default;
        if (text.Length == 0) return true;
        if (IsMissing(text)) return false;
        try
        {
            value = (T)Convert.ChangeType(text, typeof(T), System.Globalization.CultureInfo.InvariantCulture);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
