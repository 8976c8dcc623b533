using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>A trained, calibrated, explaining detector. All columns are computed lazily and deterministically: the same row, the same score, always.</summary>
/// <remarks>
/// Score: L_x/β ≥ 0, nats, higher = more anomalous. PValue: share of normal rows at least as anomalous, small = anomalous. PredictedLabel: Score &gt; Threshold.
/// LogDensity: nats, higher = more normal. Contributions [source columns] and LatentContributions [n]: ≥ 0, together they sum to the Score of a complete row.
/// Latent [n]: posterior mean. IsometricFeatures [k]: the latents that carry information, most important first. Reconstruction [m]: in the features' unit.
/// NaN is a missing value, contributes 0, and is imputed by Reconstruction; a row of nothing else, or with infinity, gives NaN and false.
/// </remarks>
public sealed class VaeAnomalyTransformer : RowTransformer, IStored<VaeAnomalyTransformer>
{
    internal const string LoaderName = "MLVaeAnomalyAllInOne";

    private const int LogDensity = 3, Contributions = 4, LatentContributions = 5, Latent = 6, Isometric = 7, Reconstruction = 8;

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

    private int ActiveLatents => Math.Max(1, Model.Importance.ActiveCount);

    /// <summary>The same detector at another false-alarm rate; nothing is trained again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public VaeAnomalyTransformer WithFalseAlarmRate(double falseAlarmRate) => new(Host, Model.WithFalseAlarmRate(falseAlarmRate), _columns);

    static VaeAnomalyTransformer IStored<VaeAnomalyTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var columns = Settings.Read<VaeColumns>(stream);
        return new VaeAnomalyTransformer(env, AnomalyModelFile.Load(stream), columns);
    }

    internal static IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(VaeColumns columns, VaeFacts facts, IReadOnlyList<string> isometricSlots)
    {
        var vae = columns.Outputs(facts);
        return
        [
            .. DecisionColumns.Outputs(), OutputColumn.Scalar(ColumnNames.LogDensity), OutputColumn.Vector(ColumnNames.Contributions, columns.BySlot ? facts.FeatureNames : facts.ColumnNames),
            OutputColumn.Vector(ColumnNames.LatentContributions, ColumnNames.Latents(facts.LatentDimension)),
            vae[VaeColumns.Latent], OutputColumn.Vector(ColumnNames.IsometricFeatures, isometricSlots), vae[VaeColumns.Reconstruction],
        ];
    }

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(Host, input, _columns.Features, "feature", Model.Vae.FeatureCount);
        return Outputs(_columns, _facts, Model.Importance.SlotNames(ActiveLatents));
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        var outputs = VaeOutputs.Posterior;
        if (wanted[Reconstruction]) outputs |= VaeOutputs.Reconstruction;
        if (wanted.AsSpan(0, Latent).Contains(true)) outputs |= VaeOutputs.Loss;
        if (wanted[LogDensity]) outputs |= VaeOutputs.Volume;
        return new Computation(this, input, outputs, capacity);
    }

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        var nodes = new ScoringNodes(graph, Model.Vae, Model.Estimator, column(_columns.Features));
        string latent = nodes.NanUnlessFinite(nodes.Mean);
        return
        [
            .. DecisionColumns.WriteOnnx(graph, Model.Calibration, Model.Threshold, nodes.Score), nodes.LogDensity, _columns.BySlot ? nodes.FeatureContributions : nodes.ColumnContributions, nodes.LatentContributions,
            latent, CoordinateNodes.Project(graph, Model.Coordinates, Model.Importance.Order, ActiveLatents, latent), nodes.NanUnlessFinite(nodes.Reconstruction),
        ];
    }

    internal override void Write(Stream stream)
    {
        Settings.Write(stream, _columns);
        AnomalyModelFile.Save(Model, stream);
    }

    private sealed class Computation(VaeAnomalyTransformer owner, DataViewRow input, VaeOutputs wanted, int capacity)
        : VaeComputation(owner.Model.Vae, owner.Model.Estimator, input, owner._columns.Features, wanted, capacity)
    {
        private readonly AnomalyModel _model = owner.Model;

        public override Delegate Getter(int output, Func<int> slot) => output switch
        {
            < DecisionColumns.Count => DecisionColumns.Getter(output, s => AnomalyModel.ScoreOf(Scorer.Loss[s], Model), _model.Calibration, _model.Threshold, slot),
            LogDensity => OutputValue.Scalar(s => _model.LogDensityOf(Scorer.Loss[s], Scorer.LogVolumeRatio[s]), slot),
            Contributions => owner._columns.BySlot ? GetFeatureTerms(Model.KlWeight, slot) : GetColumnTerms(Model.KlWeight, slot),
            LatentContributions => GetLatentTerms(Model.KlWeight, slot),
            Latent => GetLatent(slot),
            Isometric => IsometricFeatures(slot),
            _ => GetReconstruction(slot),
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
