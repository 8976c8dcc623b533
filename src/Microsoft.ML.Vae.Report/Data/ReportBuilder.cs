using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Gathers a report while rows pass once: counts are of all rows, pictures and comparisons of random draws, so that memory does not grow with the rows. Not thread-safe.</summary>
public sealed class ReportBuilder
{
    // Values of the drawn rows, so that wide tables draw fewer.
    private const int MostDrawnRows = 4000, LeastDrawnRows = 200, DrawnValues = 2_000_000;

    private readonly AnomalyModel _model;
    private readonly ReportOptions _options;
    private readonly BlockScorer _scorer;
    private readonly ScoreTally _scores = new();
    private readonly PromiseTally _promises;
    private readonly ColumnTally _columns;
    private readonly RowsFingerprint _fingerprint = new();
    private readonly DrawnRows _drawn, _normal, _before;
    private readonly PriorityQueue<(long Row, float Score, bool? IsAnomaly, float[] Features), (float, long)> _top = new();
    private readonly float[] _drawnRow, _weights = new float[RowPass.BlockRows];
    private long _rows;
    private bool _isLabelled;

    /// <summary>Begins a report on a detector.</summary>
    /// <param name="model">Scores the rows.</param>
    /// <param name="options">Null: the defaults.</param>
    public ReportBuilder(AnomalyModel model, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _options, _scorer) = (model, options ?? new ReportOptions(), new BlockScorer(model));
        int m = model.Vae.InputCount, drawn = Math.Clamp(DrawnValues / m, LeastDrawnRows, MostDrawnRows);
        var random = RandomStream.FromSeed(_options.Seed);
        (_drawn, _normal, _before) = (new(m + 1, drawn, random.Split(0)), new(m, drawn, random.Split(2)), new(m, drawn, random.Split(1)));
        (_promises, _columns, _drawnRow) = (new(model.Calibration), new(model.Vae), new float[m + 1]);
        Array.Fill(_weights, 1f);
    }

    /// <summary>Reads all rows of a source, and builds.</summary>
    /// <param name="model">Scores the rows.</param>
    /// <param name="rows">Raw rows.</param>
    /// <param name="isAnomaly">A label for each row in stored order; null: there are none.</param>
    /// <param name="before">Earlier rows to compare columns with, e.g. those of training; null: no comparison.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">Rows of another number of features, or of another number than the labels.</exception>
    public static ReportData Build(AnomalyModel model, IRowSource rows, IReadOnlyList<bool>? isAnomaly = null, IRowSource? before = null, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var builder = new ReportBuilder(model, options);
        if (before is not null) builder.Read(before, (block, _) => builder.AddBefore(block));
        var labels = new bool[BlockScorer.TogetherRows];
        long at = 0;
        builder.Read(rows, (block, count) =>
        {
            if (isAnomaly is null) builder.Add(block);
            else
            {
                if (at + count > isAnomaly.Count) throw new ArgumentException($"Expected a label for each row, got {isAnomaly.Count}, but there are more rows.", nameof(isAnomaly));
                for (int r = 0; r < count; r++) labels[r] = isAnomaly[(int)at + r];
                builder.Add(block, labels.AsSpan(0, count));
            }
            at += count;
        });
        if (isAnomaly is not null && at != isAnomaly.Count) throw new ArgumentException($"Expected a label for each row, got {isAnomaly.Count} for {at} rows.", nameof(isAnomaly));
        return builder.Build();
    }

    /// <summary>Takes earlier raw rows, [rows, m], to compare columns with.</summary>
    /// <exception cref="ArgumentException">No whole number of rows.</exception>
    public void AddBefore(ReadOnlySpan<float> rows)
    {
        int m = Checked(rows);
        for (int r = 0; r < rows.Length / m; r++) _before.Offer(_before.Offered, rows.Slice(r * m, m));
    }

    /// <summary>Takes raw rows, [rows, m], and scores them, on all processors where they are many.</summary>
    /// <param name="rows">Of any number.</param>
    /// <param name="isAnomaly">A label for each; empty: there are none.</param>
    /// <exception cref="ArgumentException">No whole number of rows, another number of labels, or labels for some rows only.</exception>
    public void Add(ReadOnlySpan<float> rows, ReadOnlySpan<bool> isAnomaly = default) => AddScored(rows, _scorer.Score(rows, rows.Length / Checked(rows)), isAnomaly);

    /// <summary>Takes raw rows whose scores are known already, as this model gave them.</summary>
    /// <param name="rows">[rows, m].</param>
    /// <param name="scores">[rows]; NaN: none.</param>
    /// <param name="isAnomaly">A label for each; empty: there are none.</param>
    /// <exception cref="ArgumentException">No whole number of rows, another number of scores or labels, or labels for some rows only.</exception>
    public void AddScored(ReadOnlySpan<float> rows, ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly = default)
    {
        int m = Checked(rows), count = rows.Length / m;
        if (count == 0) return;
        if (scores.Length != count) throw new ArgumentException($"Expected {count} scores, got {scores.Length}.", nameof(scores));
        if (!isAnomaly.IsEmpty && isAnomaly.Length != count) throw new ArgumentException($"Expected {count} labels, got {isAnomaly.Length}.", nameof(isAnomaly));
        if (_rows > 0 && isAnomaly.IsEmpty == _isLabelled) throw new ArgumentException("Expected labels for all rows or for none.", nameof(isAnomaly));
        _isLabelled = !isAnomaly.IsEmpty;
        for (int from = 0; from < count; from += RowPass.BlockRows)
        {
            int block = Math.Min(RowPass.BlockRows, count - from);
            ReadOnlySpan<float> part = rows.Slice(from * m, block * m), weights = _weights.AsSpan(0, block);
            _columns.Add(part, weights);
            _fingerprint.Observe(part, weights, default);
        }
        for (int r = 0; r < count; r++) Take(rows.Slice(r * m, m), scores[r], isAnomaly.IsEmpty ? null : isAnomaly[r]);
    }

    /// <summary>The report of what was taken so far.</summary>
    /// <exception cref="InvalidOperationException">There was no row.</exception>
    public ReportData Build()
    {
        if (_rows == 0) throw new InvalidOperationException("A report needs at least one row.");
        float[][] drawn = _drawn.ToArray();
        return new ReportData
        {
            Title = _options.Title,
            IsLabelled = _isLabelled,
            Columns = _columns.Of(drawn),
            Learned = Learned(),
            History = _options.History,
            Scores = ScoreBins.Of(_scores, _rows, _model.Threshold),
            Calibration = _promises.Of(_model, _scores, _options.IsCalibratedOnNormalRows),
            Rows = TopRows(),
            Drift = ShiftTest.Of(_model.Vae, _before.ToArray(), _normal.ToArray()),
            Evaluation = _isLabelled ? Evaluator.Of(_scores, _model.Threshold) : null,
            Map = PlaneFit.Of(_model, CodedRows.Of(_model.Vae, drawn)),
            Provenance = _options.Provenance with { Fingerprint = _fingerprint.ToString() },
        };
    }

    /// <summary>An explorer of the plane of the two most important latents, of the same draw of rows as the report.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="NotSupportedException">The decoder has a layer that a page cannot run; it is named.</exception>
    /// <exception cref="InvalidOperationException">The model has fewer than two latents, or no row has a score.</exception>
    public ExplorerData BuildExplorer(ExplorerOptions? options = null) => ExplorerBuilder.Of(_model, _drawn.ToArray(), options ?? new ExplorerOptions());

    private void Take(ReadOnlySpan<float> row, float score, bool? isAnomaly)
    {
        _scores.Add(score, isAnomaly == true, score > _model.Threshold);
        if (isAnomaly != true)
        {
            _promises.Add(score);
            _normal.Offer(_rows, row);
        }
        row.CopyTo(_drawnRow);
        _drawnRow[^1] = score;
        _drawn.Offer(_rows, _drawnRow);
        Offer(score, isAnomaly, row);
        _rows++;
    }

    private void Offer(float score, bool? isAnomaly, ReadOnlySpan<float> row)
    {
        if (float.IsNaN(score) || _options.TopRows < 1 || (_top.Count == _options.TopRows && score <= _top.Peek().Score)) return;
        if (_top.Count == _options.TopRows) _top.Dequeue();
        // Of equal scores the later rows give way first.
        _top.Enqueue((_rows, score, isAnomaly, row.ToArray()), (score, -_rows));
    }

    private AnomalousRow[] TopRows()
    {
        var explainer = new Explainer(_model);
        return [.. _top.UnorderedItems.Select(i => i.Element).OrderByDescending(t => t.Score).ThenBy(t => t.Row)
            .Select(t => new AnomalousRow(t.Row + 1, t.Score, _model.Calibration.PValue(t.Score), t.Score > _model.Threshold, t.IsAnomaly, explainer.Explain(t.Features, _options.Reasons)))];
    }

    private LearnedSummary Learned()
    {
        var (vae, importance) = (_model.Vae, _model.Importance);
        var latents = importance.Order.Select(j => new LatentSummary(j, importance.Share[j], importance.IsActive(j), _model.Isometry.Latents[j].NormRatio, _model.Isometry.Latents[j].MeanAbsoluteCosine));
        return new LearnedSummary(vae.InputCount, [.. latents], _model.Isometry.Verdict, $"encoder {vae.Architecture.Encoder}; decoder {vae.Architecture.Decoder}", vae.Architecture.Likelihood.Name, vae.Parameters.Values.Length, _model.Bank?.Count ?? 0);
    }

    private int Checked(ReadOnlySpan<float> rows)
    {
        int m = _model.Vae.InputCount;
        return rows.Length % m == 0 ? m : throw new ArgumentException($"Expected rows of {m} features, got {rows.Length} values.", nameof(rows));
    }

    private delegate void TakeBlock(ReadOnlySpan<float> rows, int count);

    private void Read(IRowSource rows, TakeBlock take)
    {
        int m = _model.Vae.InputCount;
        if (rows.FeatureCount != m) throw new ArgumentException($"Expected rows of {m} features, got {rows.FeatureCount}.", nameof(rows));
        var (features, weights) = (new float[BlockScorer.TogetherRows * m], new float[BlockScorer.TogetherRows]);
        using var reader = rows.Read(null);
        for (int count; (count = reader.Fill(features, weights)) > 0;) take(features.AsSpan(0, count * m), count);
    }
}
