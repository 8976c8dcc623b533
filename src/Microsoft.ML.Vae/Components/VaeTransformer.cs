using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Adds posterior, reconstruction and loss of a trained VAE, each computed only when asked for.</summary>
/// <remarks>Columns: Latent and LatentLogVariance (vectors, [n]), Reconstruction ([m], in the features' unit), Loss (L_x ≥ 0, higher = more anomalous),
/// FeatureLoss ([m]) and LatentLoss ([n]), which sum to Loss, LogVolumeRatio and
/// ScaledLogVolumeRatio (ln of the unit of volume of the loss metric in that of the raw and of the scaled features, for densities). NaN is a missing value; a row of nothing else, or with infinity, gives NaN.</remarks>
public sealed class VaeTransformer : RowTransformer, IStored<VaeTransformer>
{
    internal const string LoaderName = "MLVaeTransformer";

    private static readonly ModelKind Kind = new("MLVAETRN", LoaderName);

    private readonly VaeColumns _columns;
    private readonly VaeFacts _facts;

    internal VaeTransformer(IHostEnvironment env, VaeModel model, VaeColumns columns)
        : base(env, Kind, columns.BatchSize) => (Model, _columns, _facts) = (model, columns, VaeFacts.Of(model));

    static ModelKind IStored<VaeTransformer>.Kind => Kind;

    /// <summary>The trained model.</summary>
    public VaeModel Model { get; }

    internal override int Threads => Environment.ProcessorCount;

    internal override IReadOnlyList<string> Inputs => [_columns.Features];

    static VaeTransformer IStored<VaeTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var columns = Settings.Read<VaeColumns>(stream);
        return new VaeTransformer(env, VaeModelFile.Load(stream), columns);
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
        return new Computation(Model, _columns, input, outputs, capacity);
    }

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
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
        VaeModelFile.Save(Model, stream);
    }

    private sealed class Computation(VaeModel model, VaeColumns columns, DataViewRow input, VaeOutputs wanted, int capacity)
        : VaeComputation(model, new VaeScorer(model, capacity, columns.Estimator), input, columns.Features, wanted, capacity)
    {
        public override Delegate Getter(int output, Func<int> slot) => output switch
        {
            VaeColumns.Latent => GetLatent(slot),
            VaeColumns.LogVariance => GetLogVariance(slot),
            VaeColumns.Reconstruction => GetReconstruction(slot),
            VaeColumns.Loss => GetLoss(slot),
            VaeColumns.FeatureLoss => GetFeatureTerms(slot),
            VaeColumns.LatentLoss => GetLatentTerms(slot),
            VaeColumns.LogVolumeRatio => GetLogVolumeRatio(slot),
            _ => GetScaledLogVolumeRatio(slot),
        };
    }
}
