using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;
using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae;

/// <summary>A trained, calibrated, explaining detector. All columns are computed lazily and deterministically: the same row, the same score, always.</summary>
/// <remarks>
/// Score: nats, higher = more anomalous; see <see cref="AnomalyModel"/>. PValue: share of normal rows at least as anomalous, small = anomalous. PredictedLabel: Score &gt; Threshold.
/// LogDensity: nats, higher = more normal, of the VAE alone. Contributions [source columns] and LatentContributions [n]: nats, together they sum to Score.
/// Latent [n]: posterior mean. IsometricFeatures [k]: the latents that carry information, most important first. Reconstruction [m]: in the features' unit.
/// With a bank: NeighbourContributions [m], what of the contributions is due to the known rows; NearestRows [k]: indices of the nearest of them in Model.Bank, −1 where there is no score.
/// NaN is a missing value, contributes 0, and is imputed by Reconstruction; a row of nothing else, or with infinity, gives NaN and false.
/// </remarks>
public sealed class VaeAnomalyTransformer : RowTransformer, IStored<VaeAnomalyTransformer>
{
    internal const string LoaderName = "MLVaeAnomalyAllInOne";

    private const int LogDensity = 3, Contributions = 4, LatentContributions = 5, Latent = 6, Isometric = 7, Reconstruction = 8, NeighbourContributions = 9;

    private static readonly ModelKind Kind = new("MLVAEALL", LoaderName);

    private readonly VaeColumns _columns;
    private readonly VaeFacts _facts;

    internal VaeAnomalyTransformer(IHostEnvironment env, AnomalyModel model, VaeColumns columns)
        : base(env, Kind, columns.BatchSize) => (Model, _columns, _facts) = (model, columns, VaeFacts.Of(model.Vae));

    static ModelKind IStored<VaeAnomalyTransformer>.Kind => Kind;

    /// <summary>The model: VAE, calibration, importance of latents, isometry report.</summary>
    public AnomalyModel Model { get; }

    /// <summary>PredictedLabel = Score &gt; Threshold.</summary>
    public float Threshold => Model.Threshold;

    internal override IReadOnlyList<string> Inputs => [_columns.Features];

    private int Known => Math.Min(ReferenceBank.NearestCount, Model.Bank?.Count ?? 0);

    private int ActiveLatents => Math.Max(1, Model.Importance.ActiveCount);

    /// <summary>The same detector at another false-alarm rate; nothing is trained again. A rate that its calibration rows cannot promise flags nothing, and is warned of.</summary>
    /// <param name="falseAlarmRate">Share of normal rows that may be flagged.</param>
    /// <param name="confidence">With which this calibration keeps the rate; null: it is kept in the mean over calibrations, whatever the trainer's options said.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public VaeAnomalyTransformer WithFalseAlarmRate(double falseAlarmRate, double? confidence = null)
    {
        using var channel = Host.Start("Calibration");
        return new(Host, Model with { Threshold = DecisionColumns.Threshold(channel, Model.Calibration, falseAlarmRate, confidence) }, _columns);
    }

    static VaeAnomalyTransformer IStored<VaeAnomalyTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var columns = Settings.Read<VaeColumns>(stream);
        return new VaeAnomalyTransformer(env, AnomalyModelFile.Load(stream), columns);
    }

    internal static IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(VaeColumns columns, VaeFacts facts, IReadOnlyList<string> isometricSlots, int known)
    {
        var vae = columns.Outputs(facts);
        return
        [
            .. DecisionColumns.Outputs(), OutputColumn.Scalar(ColumnNames.LogDensity), OutputColumn.Vector(ColumnNames.Contributions, columns.BySlot ? facts.FeatureNames : facts.ColumnNames),
            OutputColumn.Vector(ColumnNames.LatentContributions, ColumnNames.Latents(facts.LatentDimension)),
            vae[VaeColumns.Latent], OutputColumn.Vector(ColumnNames.IsometricFeatures, isometricSlots), vae[VaeColumns.Reconstruction],
            .. known == 0 ? Array.Empty<DataViewSchema.DetachedColumn>()
                : [OutputColumn.Vector(ColumnNames.NeighbourContributions, facts.FeatureNames), OutputColumn.Indices(ColumnNames.NearestRows, known)],
        ];
    }

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(Host, input, _columns.Features, "feature", Model.Vae.FeatureCount);
        return Outputs(_columns, _facts, Model.Importance.SlotNames(ActiveLatents), Known);
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        var outputs = VaeOutputs.Posterior;
        if (wanted[Reconstruction]) outputs |= VaeOutputs.Reconstruction;
        if (wanted.AsSpan(0, Latent).Contains(true) || wanted.AsSpan(NeighbourContributions).Contains(true)) outputs |= VaeOutputs.Loss;
        if (wanted[LogDensity]) outputs |= VaeOutputs.Volume;
        return new Computation(this, new AnomalyScorer(Model, capacity), input, outputs, capacity);
    }

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        var nodes = new ScoringNodes(graph, Model.Vae, Model.Estimator, column(_columns.Features));
        var anomaly = new AnomalyNodes(graph, Model, nodes);
        string latent = nodes.NanUnlessFinite(nodes.Mean);
        return
        [
            .. DecisionColumns.WriteOnnx(graph, Model.Calibration, Model.Threshold, anomaly.Score), nodes.LogDensity, _columns.BySlot ? anomaly.FeatureContributions : anomaly.ColumnContributions, anomaly.LatentContributions,
            latent, CoordinateNodes.Project(graph, Model.Coordinates, Model.Importance.Order, ActiveLatents, latent), nodes.NanUnlessFinite(nodes.Reconstruction),
            .. Known == 0 ? Array.Empty<string>() : [anomaly.NeighbourContributions, graph.Cast(anomaly.NearestRows, Element.Int32)],
        ];
    }

    internal override void Write(Stream stream)
    {
        Settings.Write(stream, _columns);
        AnomalyModelFile.Save(Model, stream);
    }

    private sealed class Computation(VaeAnomalyTransformer owner, AnomalyScorer scorer, DataViewRow input, VaeOutputs wanted, int capacity)
        : VaeComputation(owner.Model.Vae, scorer.Vae, input, owner._columns.Features, wanted, capacity)
    {
        private readonly AnomalyModel _model = owner.Model;

        public override Delegate Getter(int output, Func<int> slot) => output switch
        {
            < DecisionColumns.Count => DecisionColumns.Getter(output, s => VaeScorer.ToColumn(scorer.Scores[s]), _model.Calibration, _model.Threshold, slot),
            LogDensity => OutputValue.Scalar(s => _model.LogDensityOf(Scorer.Loss[s], Scorer.LogVolumeRatio[s]), slot),
            Contributions => owner._columns.BySlot || Model.Columns.Count == Model.FeatureCount ? OutputValue.Vector(() => scorer.FeatureContributions, Model.FeatureCount, slot) : ColumnContributions(slot),
            LatentContributions => OutputValue.Vector(() => scorer.LatentContributions, Model.LatentDimension, slot),
            Latent => GetLatent(slot),
            Isometric => IsometricFeatures(slot),
            Reconstruction => GetReconstruction(slot),
            NeighbourContributions => OutputValue.Vector(() => scorer.NeighbourContributions, Model.FeatureCount, slot),
            _ => OutputValue.Indices(scorer.NearestRows, slot),
        };

        protected override void Score(ReadOnlySpan<float> rows, int count, VaeOutputs wanted) => scorer.Score(rows, count, wanted);

        private ValueGetter<VBuffer<float>> ColumnContributions(Func<int> slot) => (ref VBuffer<float> target) =>
        {
            double[] sums = FeatureColumn.Sums(Model.Columns, scorer.FeatureContributions.Slice(slot() * Model.FeatureCount, Model.FeatureCount));
            OutputValue.Write<float>(ref target, [.. sums.Select(VaeScorer.ToColumn)]);
        };

        private ValueGetter<VBuffer<float>> IsometricFeatures(Func<int> slot)
        {
            int n = Model.LatentDimension;
            var values = new float[owner.ActiveLatents];
            return (ref VBuffer<float> target) =>
            {
                _model.Coordinates.Project(Scorer.Mean.Slice(slot() * n, n), _model.Importance.Order, values);
                OutputValue.Write<float>(ref target, values);
            };
        }
    }
}
