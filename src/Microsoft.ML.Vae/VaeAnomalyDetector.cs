using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>A trained, calibrated, explaining detector. All columns are computed lazily and deterministically: the same row, the same score, always.</summary>
/// <remarks>
/// Score: L_x/β ≥ 0, nats, higher = more anomalous. PValue: share of normal rows at least as anomalous, small = anomalous. PredictedLabel: Score &gt; Threshold.
/// LogDensity: nats, higher = more normal. Contributions [m] and LatentContributions [n]: ≥ 0, together they sum to Score.
/// Latent [n]: posterior mean. IsometricFeatures [k]: the latents that carry information, most important first. Reconstruction [m]: in the features' unit.
/// A row with NaN or infinity gives NaN and false.
/// </remarks>
public sealed class VaeAnomalyDetector : ITransformer, IBatchMapping
{
    internal const string LoaderName = "MLVaeAnomalyAllInOne", Signature = "MLVAEALL";

    private const int LogDensity = 3, Contributions = 4, LatentContributions = 5, Latent = 6, Isometric = 7, Reconstruction = 8;

    private readonly IHost _host;
    private readonly VaeColumns _columns;

    internal VaeAnomalyDetector(IHostEnvironment env, AnomalyModel model, VaeColumns columns) =>
        (_host, Model, _columns) = (env.Register(nameof(VaeAnomalyDetector)), model, columns);

    /// <summary>The model: VAE, calibration, importance of latents, isometry report.</summary>
    public AnomalyModel Model { get; }

    /// <summary>PredictedLabel = Score &gt; Threshold.</summary>
    public float Threshold => Model.Threshold;

    int IBatchMapping.BatchSize => _columns.BatchSize;

    bool ITransformer.IsRowToRowMapper => true;

    private int ActiveLatents => Math.Max(1, Model.Importance.ActiveCount);

    /// <summary>The same detector at another false-alarm rate; nothing is trained again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public VaeAnomalyDetector WithFalseAlarmRate(double falseAlarmRate) => new(_host, Model.WithFalseAlarmRate(falseAlarmRate), _columns);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BatchTransform.OutputSchema(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => BatchTransform.Transform(_host, this, input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => BatchTransform.RowMapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Signature, LoaderName, stream =>
    {
        Settings.Write(stream, _columns);
        AnomalyModelFile.Save(Model, stream);
    });

    IReadOnlyList<DataViewSchema.DetachedColumn> IBatchMapping.Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(_host, input, _columns.Features, "feature", Model.Vae.FeatureCount);
        var vae = _columns.Outputs(Model.Vae);
        return
        [
            .. DecisionColumns.Outputs(), OutputColumn.Scalar("LogDensity"), OutputColumn.NamedVector("Contributions", Model.Vae.FeatureNames),
            OutputColumn.NamedVector("LatentContributions", [.. Enumerable.Range(0, Model.Vae.LatentDimension).Select(j => $"z{j}")]),
            vae[VaeColumns.Latent], OutputColumn.NamedVector("IsometricFeatures", Model.Importance.SlotNames(ActiveLatents)), vae[VaeColumns.Reconstruction],
        ];
    }

    IEnumerable<string> IBatchMapping.Inputs(DataViewSchema input, bool[] wanted) => [_columns.Features];

    IBatchComputation IBatchMapping.Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        var outputs = VaeOutputs.Posterior;
        if (wanted[Reconstruction]) outputs |= VaeOutputs.Reconstruction;
        if (wanted.AsSpan(0, Latent).Contains(true)) outputs |= VaeOutputs.Loss;
        if (wanted[LogDensity]) outputs |= VaeOutputs.Volume;
        return new Computation(this, new VaeComputation(Model.Vae, Model.Estimator, input, _columns.Features, outputs, capacity));
    }

    IReadOnlyList<string> IBatchMapping.WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        var nodes = new ScoringNodes(graph, Model.Vae, Model.Estimator, column(_columns.Features));
        string latent = nodes.NanUnlessFinite(nodes.Mean);
        return
        [
            .. DecisionColumns.WriteOnnx(graph, Model.Calibration, Model.Threshold, nodes.Score), nodes.LogDensity, nodes.FeatureContributions, nodes.LatentContributions,
            latent, CoordinateNodes.Project(graph, Model.Coordinates, Model.Importance.Order, ActiveLatents, latent), nodes.NanUnlessFinite(nodes.Reconstruction),
        ];
    }

    internal static IEnumerable<SchemaShape.Column> Promise() =>
    [
        .. DecisionColumns.Promise(), OutputColumn.ScalarShape("LogDensity"), OutputColumn.NamedVectorShape("Contributions"), OutputColumn.NamedVectorShape("LatentContributions"),
        OutputColumn.LatentShape("Latent"), OutputColumn.NamedVectorShape("IsometricFeatures"), OutputColumn.NamedVectorShape("Reconstruction"),
    ];

    internal static VaeAnomalyDetector Read(IHostEnvironment env, Stream stream)
    {
        var columns = Settings.Read<VaeColumns>(stream);
        return new VaeAnomalyDetector(env, AnomalyModelFile.Load(stream), columns);
    }

    private sealed class Computation(VaeAnomalyDetector owner, VaeComputation vae) : IBatchComputation
    {
        private readonly AnomalyModel _model = owner.Model;

        public void Fetch(int slot) => vae.Fetch(slot);

        public void Compute(int count) => vae.Compute(count);

        public Delegate Getter(int output, Func<int> slot) => output switch
        {
            < DecisionColumns.Count => DecisionColumns.Getter(output, s => AnomalyModel.ScoreOf(vae.Scorer.Loss[s], _model.Vae), _model.Calibration, _model.Threshold, slot),
            LogDensity => OutputValue.Scalar(s => _model.LogDensityOf(vae.Scorer.Loss[s], vae.Scorer.LogVolumeRatio[s]), slot),
            Contributions => vae.FeatureTerms(_model.Vae.KlWeight, slot),
            LatentContributions => vae.LatentTerms(_model.Vae.KlWeight, slot),
            Latent => vae.Latent(slot),
            Isometric => IsometricFeatures(slot),
            _ => vae.Reconstruction(slot),
        };

        private ValueGetter<VBuffer<float>> IsometricFeatures(Func<int> slot)
        {
            int n = _model.Vae.LatentDimension;
            var values = new float[owner.ActiveLatents];
            return (ref VBuffer<float> target) =>
            {
                _model.Coordinates.Project(vae.Scorer.Mean.Slice(slot() * n, n), _model.Importance.Order, values);
                OutputValue.Write<float>(ref target, values);
            };
        }
    }
}
