using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Gathers a report while rows pass once: counts are of all rows, pictures and comparisons of random draws, so that memory does not grow with the rows. Not thread-safe.</summary>
public sealed class ReportBuilder
{
    // Dots of a picture; values of the drawn rows, so that wide tables draw fewer.
    private const int PictureRows = 1500, MostDrawnRows = 4000, LeastDrawnRows = 200, DrawnValues = 2_000_000;

    private readonly AnomalyModel _model;
    private readonly ReportOptions _options;
    private readonly AnomalyScorer _scorer;
    private readonly ScoreTally _scores = new();
    private readonly PromiseTally _promises;
    private readonly ColumnTally _columns;
    private readonly RowsFingerprint _fingerprint = new();
    private readonly DrawnRows _drawn, _before, _codes;
    private readonly PriorityQueue<(long Row, float Score, bool? IsAnomaly, float[] Features), (float, long)> _top = new();
    private readonly float[] _code, _weights = new float[RowPass.BlockRows];
    private long _rows;
    private bool _isLabelled;

    /// <summary>Begins a report on a detector.</summary>
    /// <param name="model">Scores the rows.</param>
    /// <param name="options">Null: the defaults.</param>
    public ReportBuilder(AnomalyModel model, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _options, _scorer) = (model, options ?? new ReportOptions(), new AnomalyScorer(model, RowPass.BlockRows));
        int m = model.Vae.FeatureCount, drawn = Math.Clamp(DrawnValues / m, LeastDrawnRows, MostDrawnRows);
        var random = RandomStream.FromSeed(_options.Seed);
        (_drawn, _before, _codes) = (new(m, drawn, random.Split(0)), new(m, drawn, random.Split(1)), new(model.Vae.LatentDimension + 1, PictureRows, random.Split(2)));
        (_promises, _columns, _code) = (new(model.Calibration), new(model.Vae), new float[model.Vae.LatentDimension + 1]);
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
        var labels = new bool[RowPass.BlockRows];
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

    /// <summary>Takes raw rows, [rows, m], and scores them.</summary>
    /// <param name="rows">Of any number.</param>
    /// <param name="isAnomaly">A label for each; empty: there are none.</param>
    /// <exception cref="ArgumentException">No whole number of rows, another number of labels, or labels for some rows only.</exception>
    public void Add(ReadOnlySpan<float> rows, ReadOnlySpan<bool> isAnomaly = default)
    {
        int m = Checked(rows), count = rows.Length / m;
        if (count == 0) return;
        if (!isAnomaly.IsEmpty && isAnomaly.Length != count) throw new ArgumentException($"Expected {count} labels, got {isAnomaly.Length}.", nameof(isAnomaly));
        if (_rows > 0 && isAnomaly.IsEmpty == _isLabelled) throw new ArgumentException("Expected labels for all rows or for none.", nameof(isAnomaly));
        _isLabelled = !isAnomaly.IsEmpty;
        for (int from = 0; from < count; from += RowPass.BlockRows)
        {
            int block = Math.Min(RowPass.BlockRows, count - from);
            Take(rows.Slice(from * m, block * m), block, isAnomaly.IsEmpty ? default : isAnomaly.Slice(from, block));
        }
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
            Calibration = _promises.Of(_model, _scores),
            Rows = TopRows(),
            Drift = ShiftTest.Of(_model.Vae, _before.ToArray(), drawn),
            Evaluation = _isLabelled ? Evaluator.Of(_scores, _model.Threshold) : null,
            Map = PlaneFit.Of(_model, _codes.ToArray()),
            Provenance = _options.Provenance with { Fingerprint = _fingerprint.ToString() },
        };
    }

    private void Take(ReadOnlySpan<float> rows, int count, ReadOnlySpan<bool> isAnomaly)
    {
        int m = _model.Vae.FeatureCount, n = _model.Vae.LatentDimension;
        _scorer.Score(rows, count, VaeOutputs.Loss | VaeOutputs.Posterior);
        _columns.Add(rows, _weights.AsSpan(0, count));
        _fingerprint.Observe(rows, _weights.AsSpan(0, count), default);
        for (int r = 0; r < count; r++, _rows++)
        {
            float score = VaeScorer.ToColumn(_scorer.Scores[r]);
            bool isAnomalous = !isAnomaly.IsEmpty && isAnomaly[r];
            var row = rows.Slice(r * m, m);
            _scores.Add(score, isAnomalous, score > _model.Threshold);
            if (!isAnomalous) _promises.Add(score);
            _drawn.Offer(_rows, row);
            _scorer.Vae.Mean.Slice(r * n, n).CopyTo(_code);
            _code[n] = score;
            _codes.Offer(_rows, _code);
            Offer(score, isAnomaly.IsEmpty ? null : isAnomalous, row);
        }
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
        return new LearnedSummary(vae.FeatureCount, [.. latents], _model.Isometry.Verdict, $"encoder {vae.Architecture.Encoder}; decoder {vae.Architecture.Decoder}", vae.Architecture.Likelihood.Name, vae.Parameters.Values.Length, _model.Bank?.Count ?? 0);
    }

    private int Checked(ReadOnlySpan<float> rows)
    {
        int m = _model.Vae.FeatureCount;
        return rows.Length % m == 0 ? m : throw new ArgumentException($"Expected rows of {m} features, got {rows.Length} values.", nameof(rows));
    }

    private delegate void TakeBlock(ReadOnlySpan<float> rows, int count);

    private void Read(IRowSource rows, TakeBlock take)
    {
        int m = _model.Vae.FeatureCount;
        if (rows.FeatureCount != m) throw new ArgumentException($"Expected rows of {m} features, got {rows.FeatureCount}.", nameof(rows));
        var (features, weights) = (new float[RowPass.BlockRows * m], new float[RowPass.BlockRows]);
        using var reader = rows.Read(null);
        for (int count; (count = reader.Read(features, weights)) > 0;) take(features.AsSpan(0, count * m), count);
    }
}
