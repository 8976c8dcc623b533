namespace Microsoft.ML.Vae.Core;

/// <summary>Compares each window of rows, feature by feature, with reference rows. Not thread-safe.</summary>
/// <remarks>A feature of the k-th window counts as moved where its p-value is at most δ/(k(k + 1)m): summed over the m features and all windows that is δ, so P(ever a column named that did not move) ≤ δ.
/// The reference rows must be exchangeable with new ones. A random draw of the rows that trained will do, for no column knows the model; remembered rows will not: half of them were chosen
/// for being unlike the others.</remarks>
public sealed class ColumnWatch
{
    private readonly VaeModel _model;
    private readonly DriftOptions _options;
    private readonly float[][] _reference;
    private readonly float[] _window, _values;
    private long _rows, _windows;
    private int _filled;

    /// <summary>Takes raw reference rows.</summary>
    /// <exception cref="ArgumentException">There are none, or of another number of features.</exception>
    public ColumnWatch(VaeModel model, MatrixRows reference, DriftOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.RowCount == 0 || reference.FeatureCount != model.InputCount)
            throw new ArgumentException($"Expected reference rows of {model.InputCount} features, got {reference.RowCount} of {reference.FeatureCount}.", nameof(reference));
        (_model, _options) = (model, (options ?? new DriftOptions()).Validated());
        int m = model.InputCount;
        float[] rows = reference.ToArray();
        _reference = [.. Enumerable.Range(0, m).Select(i => Sorted(rows, i, m, new float[reference.RowCount]))];
        (_window, _values) = (new float[_options.WindowRows * m], new float[_options.WindowRows]);
    }

    /// <summary>Every column in the last full window, farthest first; empty before the first.</summary>
    public IReadOnlyList<ColumnDrift> Columns { get; private set; } = [];

    /// <summary>Columns that ever moved, as they stood when they did first.</summary>
    public IReadOnlyDictionary<string, ColumnDrift> Moved => _moved;

    private readonly Dictionary<string, ColumnDrift> _moved = new(StringComparer.Ordinal);

    /// <summary>Takes the next raw row, [m]; true where it filled a window.</summary>
    /// <exception cref="ArgumentException">It has another number of features.</exception>
    public bool Add(ReadOnlySpan<float> row)
    {
        int m = _model.InputCount;
        if (row.Length != m) throw new ArgumentException($"Expected a row of {m} features, got {row.Length}.", nameof(row));
        row.CopyTo(_window.AsSpan(_filled++ * m));
        _rows++;
        if (_filled < _options.WindowRows) return false;
        _filled = 0;
        _windows++;
        double level = _options.FalseAlarmProbability / ((double)_windows * (_windows + 1) * m);
        Columns = [.. _model.InputColumns.Select(c => Compare(c, level)).OrderByDescending(c => c.Distance)];
        foreach (var column in Columns.Where(c => c.HasMoved)) _moved.TryAdd(column.Column, column);
        return true;
    }

    private ColumnDrift Compare(FeatureColumn column, double level)
    {
        var farthest = (Feature: column.First, Distance: -1.0);
        for (int i = column.First; i < column.First + column.Length; i++)
        {
            double distance = KolmogorovSmirnov.Distance(_reference[i], Sorted(_window, i, _model.InputCount, _values));
            if (distance > farthest.Distance) farthest = (i, distance);
        }
        double p = KolmogorovSmirnov.PValue(farthest.Distance, _reference[farthest.Feature].Length, _values.Length);
        bool isShare = column.Kind is ColumnKind.Category or ColumnKind.Binary;
        return new ColumnDrift(column.Name, _model.FeatureNames[farthest.Feature], farthest.Distance, p, p <= level,
            Middle(_reference[farthest.Feature], isShare), Middle(Sorted(_window, farthest.Feature, _model.InputCount, _values), isShare), _rows);
    }

    // NaN sorts first.
    private static float Middle(float[] sorted, bool isShare)
    {
        float[] observed = [.. sorted.Where(v => !float.IsNaN(v))];
        return observed.Length == 0 ? float.NaN : isShare ? observed.Average() : observed[observed.Length / 2];
    }

    private static float[] Sorted(float[] rows, int feature, int m, float[] values)
    {
        for (int r = 0; r < values.Length; r++) values[r] = rows[(r * m) + feature];
        Array.Sort(values);
        return values;
    }
}
