// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Globalization;
using System.Reflection;
using System.Text;
namespace Microsoft.ML.Data;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LoadColumnAttribute(int fieldIndex) : Attribute
{
    internal static int FieldOf(MemberInfo member) => member.GetCustomAttribute<LoadColumnAttribute>()?.Field
        ?? throw Contracts.Except(null, $"{(member is FieldInfo ? "Field" : "Property")} '{member.Name}' is missing the LoadColumnAttribute attribute");
    private int Field { get; } = fieldIndex;
}

public interface IMultiStreamSource { int Count { get; } Stream Open(int index); }
public sealed class MultiFileSource(params string[] paths) : IMultiStreamSource
{
    public int Count => paths.Length;
    public Stream Open(int index) => new FileStream(paths[index], FileMode.Open, FileAccess.Read, FileShare.Read);
}
/// <summary>Delimited text as rows, read lazily, one line at a time; every column is one field.</summary>
public sealed class TextLoader : IDataLoader<IMultiStreamSource>
{
    public sealed class Column(string name, DataKind dataKind, int index)
    {
        public string Name = name;
        public DataKind DataKind { get; set; } = dataKind;
        internal int Field { get; } = index;
    }
    public class Options { public bool AllowQuoting, HasHeader; public char[] Separators = ['\t']; public Column[] Columns; }
    private readonly IHost _host;
    private readonly Options _options;
    private readonly DataViewSchema _schema;
    internal TextLoader(IHostEnvironment env, Options options)
    {
        _host = env.Register("TextLoader");
        _host.CheckValue(options, nameof(options));
        _host.CheckValue(options.Columns, nameof(options.Columns));
        var builder = new DataViewSchema.Builder();
        foreach (var column in options.Columns) builder.AddColumn(column.Name, ColumnTypeExtensions.FromKind(column.DataKind));
        (_options, _schema) = (options, builder.ToSchema());
    }
    public DataViewSchema GetOutputSchema() => _schema;
    public IDataView Load(IMultiStreamSource source) => new View(this, source);
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("The stand-in for Microsoft.ML saves models with a schema, not with a loader.");
    private IEnumerable<string[]> Lines(IMultiStreamSource source)
    {
        for (int file = 0; file < source.Count; file++)
        {
            using var reader = new StreamReader(source.Open(file));
            bool skip = _options.HasHeader;
            while (reader.ReadLine() is string line)
            {
                if (line.Length == 0) continue;
                if (!skip) yield return Split(line);
                skip = false;
            }
        }
    }
    /// <summary>The fields of a line. Spaces before a field are dropped; a quoted field keeps what it holds, "" in it is one quote.</summary>
    private string[] Split(string line)
    {
        var fields = new List<string>();
        for (int at = 0; ; at++)
        {
            while (at < line.Length && line[at] == ' ' && !_options.Separators.Contains(' ')) at++;
            bool quoted = _options.AllowQuoting && at < line.Length && line[at] == '"';
            int start = at;
            var field = new StringBuilder();
            for (at += quoted ? 1 : 0; quoted && at < line.Length; at++)
            {
                if (line[at] == '"' && (++at == line.Length || line[at] != '"')) break;
                field.Append(line[at]);
            }
            int next = at < line.Length ? line.AsSpan(at).IndexOfAny(_options.Separators) : -1;
            at = next < 0 ? line.Length : at + next;
            fields.Add(quoted ? field.ToString() : line[start..at]);
            if (at >= line.Length) return [.. fields];
        }
    }
    private sealed class View(TextLoader loader, IMultiStreamSource source) : ViewBase(loader._schema)
    {
        protected override DataViewRowCursor Open(bool[] active, Random rand) => new Cursor(loader, active, loader.Lines(source).GetEnumerator());
    }
    private sealed class Cursor(TextLoader loader, bool[] active, IEnumerator<string[]> lines) : RootCursorBase(loader._host, loader._schema, active, lines)
    {
        private readonly object[] _values = new object[active.Length];
        protected override Exception Inactive => Ch.Except();
        protected override Delegate MakeGetter<TValue>(DataViewSchema.Column column) => (ValueGetter<TValue>)((ref TValue value) => value = (TValue)Good(_values)[column.Index]);
        protected override bool MoveNextCore()
        {
            if (!lines.MoveNext()) return false;
            foreach (var column in Schema.Where(IsColumnActive))
            {
                int field = loader._options.Columns[column.Index].Field;
                string text = field < lines.Current.Length ? lines.Current[field] : "";
                if ((_values[column.Index] = TextParser.Parse(column.Type.RawType, text)) is not null) continue;
                string what = $"Could not parse value {text} in line {Position + 1}, column {column.Name}";
                throw Ch.ExceptDecode($"Parsing failed with an exception: {what}", Contracts.Except(null, what));
            }
            return true;
        }
    }
}

/// <summary>Text to values: empty is the default value; a real number that cannot be read becomes NaN, as in the real library; anything else is null.</summary>
internal static class TextParser
{
    public static object Parse(Type type, string text)
    {
        if (type == typeof(ReadOnlyMemory<char>)) return text.AsMemory();
        if (type == typeof(float)) return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float single) ? single : (float)Real(text);
        if (type == typeof(double)) return Real(text);
        if (type == typeof(bool)) return text.ToUpperInvariant() switch
        {
            "TRUE" or "T" or "YES" or "Y" or "1" or "+1" or "+" => true,
            "" or "FALSE" or "F" or "NO" or "N" or "0" or "-1" or "-" => false,
            _ => null,
        };
        if (!long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole)) return null;
        return type == typeof(long) ? whole : type == typeof(int) && (int)whole == whole ? (int)whole : type == typeof(uint) && (uint)whole == whole ? (uint)whole : null;
    }
    private static double Real(string text) => text.AsSpan().Trim() switch
    {
        "" => 0,
        "∞" => double.PositiveInfinity,
        "-∞" => double.NegativeInfinity,
        var number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN,
    };
}
