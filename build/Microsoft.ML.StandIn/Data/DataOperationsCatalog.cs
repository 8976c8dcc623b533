// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

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
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null) where TRow : class
    {
        _env.CheckValue(data, nameof(data));
        return new EnumerableView<TRow>(_env, data, schemaDefinition);
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema) where TRow : class
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckValue(schema, nameof(schema));
        return new EnumerableView<TRow>(_env, data, SchemaDefinition.Create(_env, typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null) where TRow : class, new()
    {
        _env.CheckValue(data, nameof(data));
        var columns = TypedRows.Bind(_env, typeof(TRow), data.Schema, ignoreMissingColumns, schemaDefinition);
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
        return new CacheDataView(_env, input, (columnsToPrefetch ?? []).Select(name =>
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
        return new FilterView(_env, input, [column], true, row =>
        {
            var getter = Cursors.LabelGetter(row, column);
            var wide = column.Type == NumberDataViewType.Double ? row.GetGetter<double>(column) : null;
            float single = 0;
            double value = 0;
            return () =>
            {
                if (wide is not null) wide(ref value);
                else
                {
                    getter(ref single);
                    value = single;
                }
                return value >= lowerBound && (value < upperBound || double.IsPositiveInfinity(upperBound) && !double.IsNaN(value));
            };
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckParam(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffleView(_env, input, seed ?? _env.Rand.Next(), shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count) => Slice(input, count, skip: true);
    public IDataView TakeRows(IDataView input, long count) => Slice(input, count, skip: false);

    private FilterView Slice(IDataView input, long count, bool skip)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new FilterView(_env, input, [], false, _ =>
        {
            long row = 0;
            return () => row++ < count != skip;
        }, rows => skip ? Math.Max(0, rows - count) : Math.Min(rows, count));
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckParam(testFraction > 0 && testFraction < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        return Split(data, 0, testFraction, samplingKeyColumnName, seed);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        return Enumerable.Range(0, numberOfFolds)
            .Select(k => Split(data, (double)k / numberOfFolds, (double)(k + 1) / numberOfFolds, samplingKeyColumnName, seed)).ToArray();
    }

    /// <summary>Each row draws a number in [0, 1), or hashes its key to one; rows in [low, high) are for testing.</summary>
    private TrainTestData Split(IDataView data, double low, double high, string keyColumn, int? seed)
    {
        int actualSeed = seed ?? _env.Seed ?? DefaultSplitSeed;
        DataViewSchema.Column[] inputs = keyColumn is null ? []
            : [data.Schema.GetColumnOrNull(keyColumn) ?? throw _env.ExceptSchemaMismatch("samplingKeyColumn", "SamplingKeyColumn", keyColumn)];
        IDataView Part(bool test) => new FilterView(_env, data, inputs, inputs.Length > 0, row =>
        {
            var next = inputs.Length > 0 ? (Func<double>)Generic.Call(typeof(DataOperationsCatalog), nameof(Hash), [inputs[0].Type.RawType], row, inputs[0], actualSeed)
                : new Random(actualSeed).NextDouble;
            return () =>
            {
                double u = next();
                return (u >= low && u < high) == test;
            };
        });
        return new TrainTestData(Part(false), Part(true));
    }

    private static Func<double> Hash<T>(DataViewRow row, DataViewSchema.Column column, int seed)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            // FNV-1a over the text, then a finaliser: equal on every machine and in every process.
            ulong hash = 14695981039346656037UL ^ (uint)seed;
            foreach (char c in value.ToString()) hash = (hash ^ c) * 1099511628211UL;
            hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15UL;
            return (hash >> 11) * (1.0 / (1UL << 53));
        };
    }
}

public static class TextLoaderSaverCatalog
{
    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Column[] columns, char separatorChar = TextLoader.Defaults.Separator,
        bool hasHeader = TextLoader.Defaults.HasHeader, IMultiStreamSource dataSample = null, bool allowQuoting = TextLoader.Defaults.AllowQuoting,
        bool trimWhitespace = TextLoader.Defaults.TrimWhitespace, bool allowSparse = TextLoader.Defaults.AllowSparse)
        => catalog.CreateTextLoader(MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null)
        => new(catalog.GetEnvironment(), options, dataSample);

    public static TextLoader CreateTextLoader<TInput>(this DataOperationsCatalog catalog, char separatorChar = TextLoader.Defaults.Separator,
        bool hasHeader = TextLoader.Defaults.HasHeader, IMultiStreamSource dataSample = null, bool allowQuoting = TextLoader.Defaults.AllowQuoting,
        bool trimWhitespace = TextLoader.Defaults.TrimWhitespace, bool allowSparse = TextLoader.Defaults.AllowSparse)
        => catalog.CreateTextLoader(TextLoader.ColumnsOf(typeof(TInput)), separatorChar, hasHeader, dataSample, allowQuoting, trimWhitespace, allowSparse);

    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Column[] columns,
        char separatorChar = TextLoader.Defaults.Separator, bool hasHeader = TextLoader.Defaults.HasHeader, bool allowQuoting = TextLoader.Defaults.AllowQuoting,
        bool trimWhitespace = TextLoader.Defaults.TrimWhitespace, bool allowSparse = TextLoader.Defaults.AllowSparse)
        => Open(catalog, path, MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), sample: false);

    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options options = null) => Open(catalog, path, options, sample: true);

    // As in the real library only the overload with options looks at the file when it binds: the others know no slot names.
    private static IDataView Open(DataOperationsCatalog catalog, string path, TextLoader.Options options, bool sample)
    {
        Contracts.CheckNonEmpty(null, path, nameof(path));
        if (!File.Exists(path)) throw Contracts.ExceptParam(null, nameof(path), $"File or directory does not exist at path: {path}");
        var source = new MultiFileSource(path);
        return catalog.CreateTextLoader(options, sample ? source : null).Load(source);
    }

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, char separatorChar = TextLoader.Defaults.Separator,
        bool hasHeader = TextLoader.Defaults.HasHeader, bool allowQuoting = TextLoader.Defaults.AllowQuoting,
        bool trimWhitespace = TextLoader.Defaults.TrimWhitespace, bool allowSparse = TextLoader.Defaults.AllowSparse)
        => catalog.LoadFromTextFile(path, TextLoader.ColumnsOf(typeof(TInput)), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse);

    private static TextLoader.Options MakeOptions(TextLoader.Column[] columns, char separator, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse)
        => allowSparse ? throw new NotSupportedException("Sparse text is not part of the stand-in for Microsoft.ML.")
            : new() { Columns = columns, Separators = [separator], HasHeader = hasHeader, AllowQuoting = allowQuoting, TrimWhitespace = trimWhitespace };
}

public static class DataLoaderExtensions
{
    public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path) => loader.Load(new MultiFileSource(path));
}
