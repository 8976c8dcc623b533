// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML;
/// <summary>Makes, caches, filters, shuffles and splits views.</summary>
public sealed class DataOperationsCatalog : IInternalCatalog
{
    // The real library splits with this seed when neither the call nor the context gives one.
    private const int DefaultSplitSeed = 42;
    private readonly Host _env;
    internal DataOperationsCatalog(Host env) => _env = env;
    IHostEnvironment IInternalCatalog.Environment => _env;
    public struct TrainTestData
    {
        internal TrainTestData(IDataView train, IDataView test) => (TrainSet, TestSet) = (train, test);
        public readonly IDataView TrainSet, TestSet;
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data) where TRow : class
    {
        _env.CheckValue(data, nameof(data));
        return new EnumerableView<TRow>(_env, data, TypedRows.Columns(typeof(TRow), write: false));
    }
    /// <summary>Members that <paramref name="schema"/> names take its types (a vector's size) and annotations.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema) where TRow : class
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckValue(schema, nameof(schema));
        return new EnumerableView<TRow>(_env, data, TypedRows.Columns(_env, typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false) where TRow : class, new()
    {
        _env.CheckValue(data, nameof(data));
        var columns = TypedRows.Bind(_env, typeof(TRow), data.Schema, ignoreMissingColumns);
        return Rows();
        IEnumerable<TRow> Rows()
        {
            using var cursor = data.GetRowCursor(columns.Select(c => c.Column));
            var fill = TypedRows.Filler<TRow>(cursor, columns);
            TRow row = null;
            while (cursor.MoveNext())
            {
                if (row is null || !reuseRowObject) row = new TRow();
                fill(row);
                yield return row;
            }
        }
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        _env.CheckValue(input, nameof(input));
        return new CacheDataView(_env, input, columnsToPrefetch.Select(name =>
            input.Schema.GetColumnOrNull(name) ?? throw _env.ExceptSchemaMismatch(nameof(columnsToPrefetch), "prefetch", name)).ToArray());
    }
    /// <summary>Keeps rows with lowerBound ≤ value &lt; upperBound; NaN is never kept.</summary>
    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckNonEmpty(columnName, nameof(columnName));
        _env.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be less than lowerBound");
        var column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType) throw _env.ExceptSchemaMismatch(nameof(columnName), "filter", columnName, "number", column.Type.ToString());
        if (column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double)
            throw _env.ExceptParam("Column", $"Column '{columnName}' does not have compatible type");
        return new FilterView(_env, input, column, row =>
        {
            var read = Cursors.LabelReader(row, column);
            return () => read() is var value && value >= lowerBound && (value < upperBound || double.IsPositiveInfinity(upperBound));
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckParam(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffleView(_env, input, seed ?? _env.Rand.Next(), shufflePoolSize, shuffleSource);
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckParam(testFraction > 0 && testFraction < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        if (samplingKeyColumnName is not null) throw new NotSupportedException("Splits by key are not part of the stand-in for Microsoft.ML.");
        return Split(data, 0, testFraction, seed);
    }
    /// <summary>Each row draws a number in [0, 1); rows in [low, high) are for testing.</summary>
    internal TrainTestData Split(IDataView data, double low, double high, int? seed)
    {
        IDataView Part(bool test) => new FilterView(_env, data, null, _ =>
        {
            var random = new Random(seed ?? _env.Seed ?? DefaultSplitSeed);
            return () => random.NextDouble() is var u && (u >= low && u < high) == test;
        });
        return new TrainTestData(Part(false), Part(true));
    }
}

public static class DebuggerExtensions { public static DataDebuggerPreview Preview(this IDataView data, int maxRows = 100) => new(data, maxRows); }
public interface IDataLoader<in TSource> : ICanSaveModel { IDataView Load(TSource input); DataViewSchema GetOutputSchema(); }
public static class TextLoaderSaverCatalog
{
    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Column[] columns, char separatorChar = '\t', bool hasHeader = false)
        => catalog.CreateTextLoader(new TextLoader.Options { Columns = columns, Separators = [separatorChar], HasHeader = hasHeader });
    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Options options) => new(catalog.GetEnvironment(), options);
    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, char separatorChar = '\t', bool hasHeader = false, bool allowQuoting = false)
    {
        Contracts.CheckNonEmpty(null, path, nameof(path));
        Contracts.CheckParam(null, File.Exists(path), nameof(path), $"File or directory does not exist at path: {path}");
        var columns = TypedRows.Columns(typeof(TInput), write: false).Select(c => new TextLoader.Column(c.Name, ColumnTypeExtensions.ToKind((PrimitiveDataViewType)c.Type), LoadColumnAttribute.FieldOf(c.Member)));
        return catalog.CreateTextLoader(new TextLoader.Options { Columns = columns.ToArray(), Separators = [separatorChar], HasHeader = hasHeader, AllowQuoting = allowQuoting }).Load(path);
    }
}

public static class DataLoaderExtensions { public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path) => loader.Load(new MultiFileSource(path)); }
