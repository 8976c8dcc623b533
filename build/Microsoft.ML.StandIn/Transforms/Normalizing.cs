// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

[assembly: Microsoft.ML.LoadableClass(typeof(Microsoft.ML.Transforms.NormalizingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", "Normalizer")]

namespace Microsoft.ML.Transforms;

/// <summary>Learns y = (x − offset)·scale per slot. With fixZero (the default of ML.NET) the offset is 0 and zero stays zero.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    internal static class Defaults
    {
        public const long MaximumExampleCount = 1000000000;
        public const bool EnsureZeroUntouched = true;
    }

    internal enum Mode { MinMax, MeanVariance }

    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly Mode _mode;
    private readonly long _limit;
    private readonly bool _fixZero;

    internal NormalizingEstimator(IHostEnvironment env, Mode mode, InputOutputColumnPair[] columns, long limit, bool fixZero)
    {
        _host = env.Register(nameof(NormalizingEstimator));
        _host.CheckParam(limit > 1, "MaximumExampleCount", "Must be greater than 1");
        (_mode, _columns, _limit, _fixZero) = (mode, columns, limit, fixZero);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var column = inputSchema.Find(_host, pair.InputColumnName);
            if (column.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.InputColumnName, "known-size vector or scalar", column.GetTypeString());
            if (!column.ItemType.Equals(NumberDataViewType.Single) && !column.ItemType.Equals(NumberDataViewType.Double))
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.InputColumnName, "vector or scalar of Single or Double", column.GetTypeString());
            var annotations = new List<SchemaShape.Column> { AnnotationUtils.ShapeOf(Kinds.IsNormalized) };
            if (column.Annotations.TryFindColumn(Kinds.SlotNames, out var slots)) annotations.Add(slots);
            return new SchemaShape.Column(pair.OutputColumnName, column.Kind, column.ItemType, column.IsKey, new SchemaShape(annotations));
        }).ToArray());
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var columns = _columns.Select(pair => input.Schema.GetColumnOrNull(pair.InputColumnName)
            ?? throw _host.ExceptSchemaMismatch("data", "input", pair.InputColumnName)).ToArray();
        NormalizingTransformer.CheckTypes(_host, columns);
        var statistics = columns.Select(c => new SlotStatistics[c.Type.GetValueCount()]).ToArray();
        foreach (var slots in statistics) Array.Fill(slots, SlotStatistics.None);
        using (var cursor = input.GetRowCursor(columns))
        {
            var getters = columns.Select(c => Values(cursor, c)).ToArray();
            for (long row = 0; row < _limit && cursor.MoveNext(); row++)
            {
                _host.CheckAlive();
                for (int c = 0; c < columns.Length; c++)
                {
                    var values = getters[c]();
                    for (int i = 0; i < values.Length; i++) statistics[c][i].Add(values[i]);
                }
            }
        }
        var affine = statistics.Select((slots, c) => slots.Select(s => s.Affine(_mode, _fixZero, columns[c].Type.GetItemType() == NumberDataViewType.Single)).ToArray()).ToArray();
        return new NormalizingTransformer(_host, _columns, affine);
    }

    private static Func<double[]> Values(DataViewRow row, DataViewSchema.Column column)
        => column.Type.GetItemType() == NumberDataViewType.Single ? Values<float>(row, column) : Values<double>(row, column);

    private static Func<double[]> Values<T>(DataViewRow row, DataViewSchema.Column column) where T : INumber<T>
    {
        double[] buffer = new double[column.Type.GetValueCount()];
        T one = default;
        VBuffer<T> many = default;
        var scalar = column.Type is VectorDataViewType ? null : row.GetGetter<T>(column);
        var vector = column.Type is VectorDataViewType ? row.GetGetter<VBuffer<T>>(column) : null;
        return () =>
        {
            if (scalar is not null)
            {
                scalar(ref one);
                buffer[0] = double.CreateChecked(one);
                return buffer;
            }
            vector(ref many);
            Contracts.Check(null, many.Length == buffer.Length);
            Array.Clear(buffer);
            var values = many.GetValues();
            var indices = many.GetIndices();
            for (int i = 0; i < values.Length; i++) buffer[many.IsDense ? i : indices[i]] = double.CreateChecked(values[i]);
            return buffer;
        };
    }

    /// <summary>Extremes of a slot (NaN ignored), and mean and squared deviations of its finite values: zeros counted apart and merged at the end.</summary>
    private struct SlotStatistics
    {
        public static readonly SlotStatistics None = new() { _min = double.PositiveInfinity, _max = double.NegativeInfinity };
        private double _min, _max, _mean, _m2;
        private long _nonZero, _zero;

        public void Add(double x)
        {
            if (x < _min) _min = x;
            if (x > _max) _max = x;
            if (x == 0) _zero++;
            if (x == 0 || !double.IsFinite(x)) return;
            double delta = x - _mean;
            _mean += delta / ++_nonZero;
            _m2 += delta * (x - _mean);
        }

        public readonly (double Scale, double Offset) Affine(Mode mode, bool fixZero, bool single)
        {
            double Round(double x) => single ? (float)x : x;
            if (mode == Mode.MinMax)
            {
                if (!(_max > _min)) return (0, 0);
                double minMaxScale = Round(1 / (fixZero ? Math.Max(Math.Abs(_max), Math.Abs(_min)) : Round(_max - _min)));
                return (minMaxScale, fixZero || minMaxScale == 0 ? 0 : _min);
            }
            long count = _nonZero + _zero;
            double mean = _zero == 0 ? _mean : _mean - _mean * _zero / count;
            double m2 = _zero == 0 ? _m2 : _m2 + _mean * mean * _zero;
            if (m2 == 0 || count == 0) return (0, 0);
            double variance = m2 / count;
            double scale = Round(1 / Round(Math.Sqrt(fixZero ? variance + mean * mean : variance)));
            return (scale, fixZero || scale == 0 ? 0 : Round(mean));
        }
    }
}

public sealed class NormalizingTransformer : RowToRowTransformerBase
{
    private static VersionInfo Version => TransformHelpers.Version("NORMALIZ", "Normalizer");
    private readonly InputOutputColumnPair[] _columns;
    private readonly (double Scale, double Offset)[][] _affine;

    internal NormalizingTransformer(IHostEnvironment env, InputOutputColumnPair[] columns, (double, double)[][] affine)
        : base(env.Register(nameof(NormalizingTransformer))) => (_columns, _affine) = (columns, affine);

    private static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = InputOutputColumnPair.Read(ctx);
        var affine = columns.Select(_ => ValueCodec.Read<double>(ctx.Reader).Zip(ValueCodec.Read<double>(ctx.Reader)).ToArray()).ToArray();
        return new(env, columns, affine);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveHeader(ctx, Version);
        InputOutputColumnPair.Write(ctx, _columns);
        foreach (var slots in _affine)
        {
            ValueCodec.Write(ctx.Writer, slots.Select(s => s.Scale).ToArray());
            ValueCodec.Write(ctx.Writer, slots.Select(s => s.Offset).ToArray());
        }
    }

    internal static void CheckTypes(IHost host, IEnumerable<DataViewSchema.Column> columns)
    {
        const string expected = "scalar or known-size vector of Single";
        foreach (var column in columns)
        {
            if (column.Type is VectorDataViewType { IsKnownSize: false })
                throw host.ExceptSchemaMismatch("inputSchema", "input", column.Name, expected, "variable-size vector");
            var item = column.Type.GetItemType();
            if (!item.Equals(NumberDataViewType.Single) && !item.Equals(NumberDataViewType.Double))
                throw host.ExceptSchemaMismatch("inputSchema", "input", column.Name, expected, column.Type.ToString());
        }
    }

    private protected override IReadOnlyList<MappedColumn> Bind(DataViewSchema inputSchema) => _columns.Select((pair, k) =>
    {
        var column = Input(inputSchema, pair.InputColumnName);
        CheckTypes(Host, [column]);
        int size = column.Type.GetValueCount();
        if (size != _affine[k].Length) throw Host.Except($"Normalizer expected {_affine[k].Length} slots, but the input data column has {size} slots.");
        var annotations = Annotate(builder =>
        {
            builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            builder.Add(column.Annotations, name => name == Kinds.SlotNames);
        });
        return new MappedColumn(pair.OutputColumnName, column.Type, annotations, [column.Index], row =>
            column.Type.GetItemType() == NumberDataViewType.Single ? Getter<float>(row, column, _affine[k]) : Getter<double>(row, column, _affine[k]));
    }).ToArray();

    private static Delegate Getter<T>(DataViewRow row, DataViewSchema.Column column, (double Scale, double Offset)[] affine) where T : INumber<T>
    {
        var slots = affine.Select(a => (Scale: T.CreateChecked(a.Scale), Offset: T.CreateChecked(a.Offset))).ToArray();
        return TransformHelpers.MapItems<T, T>(row, column, (i, x) => (x - slots[i].Offset) * slots[i].Scale, affine.Any(a => a.Offset != 0));
    }
}
