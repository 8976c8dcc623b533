namespace Microsoft.ML.Vae.Core;

/// <summary>What a stream has shown so far.</summary>
/// <param name="Rows">Rows seen.</param>
/// <param name="Scored">Those with a score.</param>
/// <param name="LogEvidence">Of the scores, now, nats.</param>
/// <param name="HighestLogEvidence">At its highest.</param>
/// <param name="AlarmRow">The row, counted from 1, at which the scores' evidence first reached ln 1/δ; null: it did not.</param>
/// <param name="Columns">Each column in the last full window, farthest first.</param>
/// <param name="Moved">Columns that ever moved, as they stood when they did first.</param>
public sealed record DriftReport(
    long Rows, long Scored, double LogEvidence, double HighestLogEvidence, long? AlarmRow, IReadOnlyList<ColumnDrift> Columns, IReadOnlyList<ColumnDrift> Moved)
{
    /// <summary>Whether anything changed, scores or columns.</summary>
    public bool HasDrifted => AlarmRow is not null || Moved.Count > 0;
}

/// <summary>Watches a stream of rows that are normal in the main: whether scores come as at calibration, and which columns moved. Not thread-safe.</summary>
/// <remarks>See <see cref="ConformalMartingale"/> for the scores' guarantee and <see cref="ColumnWatch"/> for the columns'. A stream with anomalies in it is not like the calibration rows:
/// the more there are, the sooner that is said.</remarks>
public sealed class DriftMonitor
{
    private readonly ConformalMartingale _scores;
    private readonly ColumnWatch? _columns;
    private readonly double _level;
    private long _rows;

    /// <summary>Begins a watch.</summary>
    /// <param name="model">Whose scores come.</param>
    /// <param name="reference">Raw rows as they were at calibration; null: columns are not compared.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">The reference rows do not fit the model, or an option is out of its range.</exception>
    public DriftMonitor(AnomalyModel model, MatrixRows? reference = null, DriftOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options = (options ?? new DriftOptions()).Validated();
        (_scores, _level) = (new ConformalMartingale(model.Calibration, options.Seed), -Math.Log(options.FalseAlarmProbability));
        if (reference is not null) _columns = new ColumnWatch(model.Vae, reference, options);
    }

    /// <summary>The row at which the scores' evidence first sufficed; null: it never did.</summary>
    public long? AlarmRow { get; private set; }

    /// <summary>How many columns ever moved.</summary>
    public int MovedCount => _columns?.Moved.Count ?? 0;

    /// <summary>Takes the next row and its score (NaN: it has none); true where something is new: the first alarm, or a window of columns.</summary>
    /// <param name="score">As the model gave it.</param>
    /// <param name="row">Raw, [m]; where columns are not compared nobody looks at it.</param>
    /// <exception cref="ArgumentException">It has another number of features.</exception>
    public bool Add(float score, ReadOnlySpan<float> row)
    {
        _rows++;
        bool isNew = _columns?.Add(row) ?? false;
        _scores.Add(score);
        if (AlarmRow is not null || _scores.LogEvidence < _level) return isNew;
        AlarmRow = _rows;
        return true;
    }

    /// <summary>What is known by now.</summary>
    public DriftReport Report() => new(
        _rows, _scores.Rows, _scores.LogEvidence, _scores.HighestLogEvidence, AlarmRow, _columns?.Columns ?? [], [.. _columns?.Moved.Values.OrderBy(c => c.EndRow) ?? Enumerable.Empty<ColumnDrift>()]);
}
