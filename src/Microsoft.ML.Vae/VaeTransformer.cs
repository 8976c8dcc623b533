using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Adds posterior, reconstruction and loss of a trained VAE, each computed only when asked for.</summary>
/// <remarks>Columns: Latent and LatentLogVariance (vectors, [n]), Reconstruction ([m], in the features' unit), Loss (L_x ≥ 0, higher = more anomalous),
/// FeatureLoss ([m]) and LatentLoss ([n]), which sum to Loss, LogVolumeRatio and
/// ScaledLogVolumeRatio (ln of the unit of volume of the loss metric in that of the raw and of the scaled features, for densities). A row with NaN or infinity gives NaN.</remarks>
public sealed class VaeTransformer : ITransformer, IBatchMapping
{
    internal const string LoaderName = "MLVaeTransformer", Signature = "MLVAETRN";

    private readonly IHost _host;
    private readonly VaeColumns _columns;

    internal VaeTransformer(IHostEnvironment env, VaeModel model, VaeColumns columns)
    {
        (_host, Model, _columns) = (env.Register(nameof(VaeTransformer)), model, columns);
    }

    /// <summary>The trained model.</summary>
    public VaeModel Model { get; }

    int IBatchMapping.BatchSize => _columns.BatchSize;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BatchTransform.OutputSchema(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => BatchTransform.Transform(_host, this, input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => BatchTransform.RowMapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Signature, LoaderName, stream =>
    {
        Settings.Write(stream, _columns);
        VaeModelFile.Save(Model, stream);
    });

    IReadOnlyList<DataViewSchema.DetachedColumn> IBatchMapping.Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(_host, input, _columns.Features, "feature", Model.FeatureCount);
        return _columns.Outputs(Model);
    }

    IEnumerable<string> IBatchMapping.Inputs(DataViewSchema input, bool[] wanted) => [_columns.Features];

    IBatchComputation IBatchMapping.Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        var outputs = VaeOutputs.None;
        if (wanted[VaeColumns.Latent] || wanted[VaeColumns.LogVariance]) outputs |= VaeOutputs.Posterior;
        if (wanted[VaeColumns.Reconstruction]) outputs |= VaeOutputs.Reconstruction;
        if (wanted[VaeColumns.Loss] || wanted[VaeColumns.FeatureLoss] || wanted[VaeColumns.LatentLoss]) outputs |= VaeOutputs.Loss;
        if (wanted[VaeColumns.LogVolumeRatio] || wanted[VaeColumns.ScaledLogVolumeRatio]) outputs |= VaeOutputs.Volume;
        return new Computation(new VaeComputation(Model, _columns.Estimator, input, _columns.Features, outputs, capacity));
    }

    IReadOnlyList<string> IBatchMapping.WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        var nodes = new ScoringNodes(graph, Model, _columns.Estimator, column(_columns.Features));
        return
        [
            nodes.NanUnlessFinite(nodes.Mean), nodes.NanUnlessFinite(nodes.LogVariance), nodes.NanUnlessFinite(nodes.Reconstruction), nodes.ToSingle(nodes.ExactLoss),
            nodes.ToSingle(nodes.FeatureLoss), nodes.ToSingle(nodes.LatentLoss), nodes.ToSingle(nodes.LogVolumeRatio), nodes.ToSingle(nodes.ScaledLogVolumeRatio),
        ];
    }

    internal static VaeTransformer Read(IHostEnvironment env, Stream stream)
    {
        var columns = Settings.Read<VaeColumns>(stream);
        return new VaeTransformer(env, VaeModelFile.Load(stream), columns);
    }

    private sealed class Computation(VaeComputation vae) : IBatchComputation
    {
        public void Fetch(int slot) => vae.Fetch(slot);

        public void Compute(int count) => vae.Compute(count);

        public Delegate Getter(int output, Func<int> slot) => output switch
        {
            VaeColumns.Latent => vae.Latent(slot),
            VaeColumns.LogVariance => vae.LogVariance(slot),
            VaeColumns.Reconstruction => vae.Reconstruction(slot),
            VaeColumns.Loss => vae.Loss(slot),
            VaeColumns.FeatureLoss => vae.FeatureTerms(1, slot),
            VaeColumns.LatentLoss => vae.LatentTerms(1, slot),
            VaeColumns.LogVolumeRatio => vae.LogVolumeRatio(slot),
            _ => vae.ScaledLogVolumeRatio(slot),
        };
    }
}
