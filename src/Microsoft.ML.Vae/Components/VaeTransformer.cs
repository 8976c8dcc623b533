using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Adds posterior, reconstruction and loss of a trained VAE, each computed only when asked for.</summary>
/// <remarks>Columns: Latent and LatentLogVariance (vectors, [n]), Reconstruction ([m], in the features' unit), Loss (L_x ≥ 0, higher = more anomalous),
/// RiemannianLoss (nats, higher = more anomalous) where <see cref="Riemannian"/> is trained, FeatureLoss ([m]) and LatentLoss ([n]), which sum to Loss, LogVolumeRatio and
/// ScaledLogVolumeRatio (ln of the unit of volume of the loss metric in that of the raw and of the scaled features, for densities). NaN is a missing value; a row of nothing else, or with infinity, gives NaN.</remarks>
public sealed class VaeTransformer : RowTransformer, IStored<VaeTransformer>
{
    internal const string LoaderName = "MLVaeTransformer";

    private static readonly ModelKind Kind = new("MLVAETRN", LoaderName);

    private readonly VaeColumns _columns;
    private readonly VaeFacts _facts;

    internal VaeTransformer(IHostEnvironment env, VaeModel model, VaeColumns columns, RiemannianVae? riemannian = null)
        : base(env, Kind, columns.BatchSize) => (Model, _columns, _facts, Riemannian) = (model, columns, VaeFacts.Of(model), riemannian);

    static ModelKind IStored<VaeTransformer>.Kind => Kind;

    /// <summary>The trained model.</summary>
    public VaeModel Model { get; }

    /// <summary>The decoder's noise and the Brownian prior, whose geometry is one call away (<see cref="RiemannianVae.CreateGeometry"/>); null: the trainer was not asked for them.</summary>
    public RiemannianVae? Riemannian { get; }

    internal override int Threads => Environment.ProcessorCount;

    internal override IReadOnlyList<string> Inputs => [_columns.Features];

    static VaeTransformer IStored<VaeTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var columns = Settings.Read<VaeColumns>(stream);
        if (!columns.IsRiemannian) return new VaeTransformer(env, VaeModelFile.Load(stream), columns);
        var riemannian = RiemannianVaeFile.Load(stream);
        return new VaeTransformer(env, riemannian.Vae, columns, riemannian);
    }

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(Host, input, _columns.Features, "feature", Model.InputCount);
        return _columns.Outputs(_facts);
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        var outputs = VaeOutputs.None;
        if (wanted[VaeColumns.Latent] || wanted[VaeColumns.LogVariance]) outputs |= VaeOutputs.Posterior;
        if (wanted[VaeColumns.Reconstruction]) outputs |= VaeOutputs.Reconstruction;
        if (wanted[VaeColumns.Loss] || wanted[VaeColumns.FeatureLoss] || wanted[VaeColumns.LatentLoss]) outputs |= VaeOutputs.Loss;
        if (wanted[VaeColumns.LogVolumeRatio] || wanted[VaeColumns.ScaledLogVolumeRatio]) outputs |= VaeOutputs.Volume;
        return new Computation(Model, _columns, input, outputs, capacity, _columns.IsRiemannian && wanted[VaeColumns.RiemannianLoss] ? Riemannian : null);
    }

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        if (Riemannian is not null) throw Host.Process(new NotSupportedException($"ONNX export: the column {ColumnNames.RiemannianLoss} follows curves of least energy, which no ONNX operator does; train without {nameof(VaeTrainer.Options.Riemannian)}."));
        var nodes = new ScoringNodes(graph, Model, _columns.Estimator, column(_columns.Features));
        return
        [
            nodes.NanUnlessFinite(nodes.Mean), nodes.NanUnlessFinite(nodes.LogVariance), nodes.NanUnlessFinite(nodes.Reconstruction), nodes.ToSingle(nodes.ExactLoss),
            nodes.ToSingle(nodes.FeatureLoss), nodes.ToSingle(nodes.LatentLoss), nodes.ToSingle(nodes.LogVolumeRatio), nodes.ToSingle(nodes.ScaledLogVolumeRatio),
        ];
    }

    internal override void Write(Stream stream)
    {
        Settings.Write(stream, _columns);
        if (Riemannian is null) VaeModelFile.Save(Model, stream);
        else RiemannianVaeFile.Save(Riemannian, stream);
    }

    private sealed class Computation(VaeModel model, VaeColumns columns, DataViewRow input, VaeOutputs wanted, int capacity, RiemannianVae? riemannian)
        : VaeComputation(model, new VaeScorer(model, capacity, columns.Estimator), input, columns.Features, wanted, capacity)
    {
        private readonly RiemannianScorer? _riemannian = riemannian is null ? null : new RiemannianScorer(riemannian);
        private IReadOnlyList<RiemannianTerms> _terms = [];

        public override Delegate Getter(int output, Func<int> slot) => output switch
        {
            VaeColumns.Latent => GetLatent(slot),
            VaeColumns.LogVariance => GetLogVariance(slot),
            VaeColumns.Reconstruction => GetReconstruction(slot),
            VaeColumns.Loss => GetLoss(slot),
            VaeColumns.FeatureLoss => GetFeatureTerms(slot),
            VaeColumns.LatentLoss => GetLatentTerms(slot),
            VaeColumns.LogVolumeRatio => GetLogVolumeRatio(slot),
            VaeColumns.ScaledLogVolumeRatio => GetScaledLogVolumeRatio(slot),
            _ => OutputValue.Scalar(s => VaeScorer.ToColumn(_terms[s].Loss), slot),
        };

        protected override void Score(ReadOnlySpan<float> rows, int count, VaeOutputs wanted)
        {
            base.Score(rows, count, wanted);
            if (_riemannian is not null) _terms = _riemannian.Score(rows);
        }
    }
}
