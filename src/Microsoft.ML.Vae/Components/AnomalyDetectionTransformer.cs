using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Adds Score (higher = more anomalous), PValue (split-conformal, small = anomalous) and PredictedLabel (Score &gt; Threshold).</summary>
public sealed class AnomalyDetectionTransformer : RowTransformer, IStored<AnomalyDetectionTransformer>
{
    internal const string LoaderName = "MLVaeAnomalyDetector";

    private static readonly ModelKind Kind = new("MLVAEDET", LoaderName);

    private readonly string _input;
    private readonly double _unit;

    internal AnomalyDetectionTransformer(IHostEnvironment env, ConformalCalibration calibration, float threshold, string input, double unit)
        : base(env, Kind) => (Calibration, Threshold, _input, _unit) = (calibration, threshold, input, unit);

    static ModelKind IStored<AnomalyDetectionTransformer>.Kind => Kind;

    /// <summary>Scores of the rows it was fitted on.</summary>
    public ConformalCalibration Calibration { get; }

    /// <summary>PredictedLabel = Score &gt; Threshold.</summary>
    public float Threshold { get; }

    internal override IReadOnlyList<string> Inputs => [_input];

    /// <summary>The same detector at another false-alarm rate; nothing is trained again. A rate that its calibration rows cannot promise flags nothing, and is warned of.</summary>
    /// <param name="falseAlarmRate">Share of normal rows that may be flagged.</param>
    /// <param name="confidence">With which this calibration keeps the rate; null: it is kept in the mean over calibrations, whatever the trainer's options said.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public AnomalyDetectionTransformer WithFalseAlarmRate(double falseAlarmRate, double? confidence = null)
    {
        using var channel = Host.Start("Calibration");
        return new(Host, Calibration, DecisionColumns.Threshold(channel, Calibration, falseAlarmRate, confidence), _input, _unit);
    }

    static AnomalyDetectionTransformer IStored<AnomalyDetectionTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var s = Settings.Read<State>(stream);
        return new AnomalyDetectionTransformer(env, new ConformalCalibration(s.Scores), BitConverter.Int32BitsToSingle(s.ThresholdBits), s.Input, s.Unit);
    }

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        InputColumn.CheckScalar(Host, input, _input, "score");
        return DecisionColumns.Outputs();
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(this, input, capacity);

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column) =>
        DecisionColumns.WriteOnnx(graph, Calibration, Threshold, DensityNodes.PerUnit(graph, column(_input), _unit));

    internal override void Write(Stream stream) => Settings.Write(stream, new State([.. Calibration.Scores], BitConverter.SingleToInt32Bits(Threshold), _input, _unit));

    // The threshold may be infinite, which JSON numbers cannot say.
    private sealed record State(float[] Scores, int ThresholdBits, string Input, double Unit);

    private sealed class Computation(AnomalyDetectionTransformer owner, DataViewRow input, int capacity) : IBatchComputation
    {
        private readonly ScalarSlots _scores = new(input, owner._input, capacity);

        public void Fetch(int slot) => _scores.Fetch(slot);

        public void Compute(int count) { }

        public Delegate Getter(int output, Func<int> slot) =>
            DecisionColumns.Getter(output, s => VaeScorer.ToColumn(_scores.Table[s] / owner._unit), owner.Calibration, owner.Threshold, slot);
    }
}
