using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Sets a threshold on any score column: from a false-alarm rate, by the scores of held-out normal rows, or from a contamination.</summary>
/// <remarks>Fit it on rows that the scorer was not trained on. Works on the columns of a VAE, and on any other scorer's Score.</remarks>
public sealed class AnomalyDetectorEstimator : IEstimator<AnomalyDetector>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal AnomalyDetectorEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _host = env.Register("AnomalyDetector");
        OptionChecks.CheckRates(_host, options.FalseAlarmRate, options.Contamination);
    }

    /// <summary>Columns and rate. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>Input: Single, higher = more anomalous.</summary>
        public string InputScoreColumnName { get; init; } = "Loss";

        /// <summary>Share of normal rows that may be flagged. 5 %: calibratable from 19 rows on.</summary>
        public double FalseAlarmRate { get; init; } = 0.05;

        /// <summary>Share of the fitted rows to flag, where they hold anomalies too; null: <see cref="FalseAlarmRate"/> decides.</summary>
        public double? Contamination { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no row with a score.</exception>
    public AnomalyDetector Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string name = _options.InputScoreColumnName;
        InputColumn.CheckScalar(_host, input.Schema, name, "score");
        double unit = OutputColumn.Annotation(input.Schema[name], OutputColumn.KlWeightKind, 1.0);
        float[] scores = [.. input.GetColumn<float>(input.Schema[name]).Select(s => VaeScorer.ToColumn(s / unit)).Where(s => !float.IsNaN(s))];
        using var channel = _host.Start("Training");
        if (scores.Length == 0) throw channel.Process(new InvalidOperationException("Training set has 0 instances, aborting training."));
        var calibration = new ConformalCalibration(scores);
        if (_options.Contamination is null && _options.FalseAlarmRate < calibration.SmallestRate)
            channel.Warning("{0} calibration rows cannot promise a false-alarm rate of {1}: no row will be flagged. Give more rows, or ask for at least {2:G3}", scores.Length, _options.FalseAlarmRate, calibration.SmallestRate);
        float threshold = _options.Contamination is { } share ? ConformalCalibration.ContaminationThreshold(scores, share) : calibration.Threshold(_options.FalseAlarmRate);
        return new AnomalyDetector(_host, calibration, threshold, name, unit);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputScoreColumnName, "score", SchemaShape.Column.VectorKind.Scalar);
        return OutputColumn.Promise(inputSchema, DecisionColumns.Promise());
    }
}

/// <summary>Adds Score (higher = more anomalous), PValue (split-conformal, small = anomalous) and PredictedLabel (Score &gt; Threshold).</summary>
public sealed class AnomalyDetector : ITransformer, IBatchMapping
{
    internal const string LoaderName = "MLVaeAnomalyDetector", Signature = "MLVAEDET";

    private readonly IHost _host;
    private readonly string _input;
    private readonly double _unit;

    internal AnomalyDetector(IHostEnvironment env, ConformalCalibration calibration, float threshold, string input, double unit)
    {
        (_host, Calibration, Threshold, _input, _unit) = (env.Register(nameof(AnomalyDetector)), calibration, threshold, input, unit);
    }

    /// <summary>Scores of the rows it was fitted on.</summary>
    public ConformalCalibration Calibration { get; }

    /// <summary>PredictedLabel = Score &gt; Threshold.</summary>
    public float Threshold { get; }

    int IBatchMapping.BatchSize => 256;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The same detector at another false-alarm rate; nothing is trained again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public AnomalyDetector WithFalseAlarmRate(double falseAlarmRate) => new(_host, Calibration, Calibration.Threshold(falseAlarmRate), _input, _unit);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BatchTransform.OutputSchema(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => BatchTransform.Transform(_host, this, input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => BatchTransform.RowMapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Signature, LoaderName, s => Settings.Write(
        s, new State([.. Calibration.Scores], BitConverter.SingleToInt32Bits(Threshold), _input, _unit)));

    IReadOnlyList<DataViewSchema.DetachedColumn> IBatchMapping.Outputs(DataViewSchema input)
    {
        InputColumn.CheckScalar(_host, input, _input, "score");
        return DecisionColumns.Outputs();
    }

    IEnumerable<string> IBatchMapping.Inputs(DataViewSchema input, bool[] wanted) => [_input];

    IBatchComputation IBatchMapping.Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(this, input, capacity);

    IReadOnlyList<string> IBatchMapping.WriteOnnx(OnnxGraph graph, Func<string, string> column) =>
        DecisionColumns.WriteOnnx(graph, Calibration, Threshold, DensityNodes.PerUnit(graph, column(_input), _unit));

    internal static AnomalyDetector Read(IHostEnvironment env, Stream stream)
    {
        var s = Settings.Read<State>(stream);
        return new AnomalyDetector(env, new ConformalCalibration(s.Scores), BitConverter.Int32BitsToSingle(s.ThresholdBits), s.Input, s.Unit);
    }

    // The threshold may be infinite, which JSON numbers cannot say.
    private sealed record State(float[] Scores, int ThresholdBits, string Input, double Unit);

    private sealed class Computation(AnomalyDetector owner, DataViewRow input, int capacity) : IBatchComputation
    {
        private readonly ScalarSlots _scores = new(input, owner._input, capacity);

        public void Fetch(int slot)
        {
            _scores.Fetch(slot);
            _scores.Table[slot] = VaeScorer.ToColumn(_scores.Table[slot] / owner._unit);
        }

        public void Compute(int count) { }

        public Delegate Getter(int output, Func<int> slot) => DecisionColumns.Getter(output, s => _scores.Table[s], owner.Calibration, owner.Threshold, slot);
    }
}
