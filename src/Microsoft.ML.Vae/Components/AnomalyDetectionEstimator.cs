using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Sets a threshold on any score column: from a false-alarm rate, by the scores of held-out normal rows, or from a contamination.</summary>
/// <remarks>Fit it on rows that the scorer was not trained on; of very many, a random draw is kept. Works on the columns of a VAE, and on any other scorer's Score.</remarks>
public sealed class AnomalyDetectionEstimator : IEstimator<AnomalyDetectionTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal AnomalyDetectionEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        (_host, _options) = (env.Register("AnomalyDetector"), options);
        OptionChecks.CheckRates(_host, options.FalseAlarmRate, options.Contamination, options.Confidence);
    }

    /// <summary>Columns and rate. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>Input: Single, higher = more anomalous.</summary>
        public string InputScoreColumnName { get; init; } = ColumnNames.Loss;

        /// <summary>Share of normal rows that may be flagged. 5 %: calibratable from 19 rows on.</summary>
        public double FalseAlarmRate { get; init; } = 0.05;

        /// <summary>Share of the fitted rows to flag, where they hold anomalies too; null: <see cref="FalseAlarmRate"/> decides.</summary>
        public double? Contamination { get; init; }

        /// <summary>Above 0: the rate is kept not in the mean over calibrations but, with this confidence, by this one; that takes more held-out rows (at .95, 59 for 5 %, 299 for 1 %). Null: in the mean.</summary>
        public double? Confidence { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no row with a score.</exception>
    public AnomalyDetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string name = _options.InputScoreColumnName;
        InputColumn.CheckScalar(_host, input.Schema, name, "score");
        double unit = VaeFacts.KlWeightOf(input.Schema[name]) ?? 1;
        float[] scores = Draw(input.GetColumn<float>(input.Schema[name]).Select(s => VaeScorer.ToColumn(s / unit)).Where(s => !float.IsNaN(s)));
        using var channel = _host.Start("Training");
        if (scores.Length == 0) throw channel.Process(new InvalidOperationException("Training set has 0 instances, aborting training."));
        var calibration = new ConformalCalibration(scores);
        float threshold = DecisionColumns.Threshold(channel, calibration, _options.FalseAlarmRate, _options.Contamination, _options.Confidence);
        return new AnomalyDetectionTransformer(_host, calibration, threshold, name, unit);
    }

    // A random one of what a calibration needs at most.
    private static float[] Draw(IEnumerable<float> scores)
    {
        var (kept, draw) = (new List<float>(), new RowDraw(AnomalyModel.MaximumCalibrationRows, RandomStream.FromSeed(0)));
        foreach (float score in scores)
        {
            int slot = draw.Offer(draw.Offered);
            if (slot == kept.Count) kept.Add(score);
            else if (slot >= 0) kept[slot] = score;
        }
        return [.. kept];
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputScoreColumnName, "score", SchemaShape.Column.VectorKind.Scalar);
        return OutputColumn.Promise(inputSchema, DecisionColumns.Outputs());
    }
}
