using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Scores slots of features; who derives from it says which columns the results are.</summary>
internal abstract class VaeComputation : IBatchComputation
{
    private readonly VectorSlots _features;
    private readonly VaeOutputs _wanted;

    protected VaeComputation(VaeModel model, VaeScorer scorer, DataViewRow input, string featureColumn, VaeOutputs wanted, int capacity)
    {
        (Model, Scorer, _wanted) = (model, scorer, wanted);
        _features = new VectorSlots(input, featureColumn, model.InputCount, capacity);
    }

    public VaeScorer Scorer { get; }

    protected VaeModel Model { get; }

    public void Fetch(int slot) => _features.Fetch(slot);

    public void Compute(int count) => Score(_features.Table.AsSpan(0, count * Model.InputCount), count, _wanted);

    public abstract Delegate Getter(int output, Func<int> slot);

    protected virtual void Score(ReadOnlySpan<float> rows, int count, VaeOutputs wanted) => Scorer.Score(rows, count, wanted);

    protected Delegate GetLatent(Func<int> slot) => OutputValue.Vector(() => Scorer.Mean, Model.LatentDimension, slot);

    protected Delegate GetLogVariance(Func<int> slot) => OutputValue.Vector(() => Scorer.LogVariance, Model.LatentDimension, slot);

    protected Delegate GetReconstruction(Func<int> slot) => OutputValue.Vector(() => Scorer.Reconstruction, Model.FeatureCount, slot);

    /// <summary>L_x as a column stores it.</summary>
    protected Delegate GetLoss(Func<int> slot) => OutputValue.Scalar(s => VaeScorer.ToColumn(Scorer.Loss[s]), slot);

    /// <summary>Feature terms of the loss.</summary>
    protected Delegate GetFeatureTerms(Func<int> slot) => OutputValue.Vector(() => Scorer.FeatureLoss, Model.FeatureCount, slot);

    /// <summary>Latent terms of the loss.</summary>
    protected Delegate GetLatentTerms(Func<int> slot) => OutputValue.Vector(() => Scorer.LatentLoss, Model.LatentDimension, slot);

    /// <summary>Log volume ratio to the raw features.</summary>
    protected Delegate GetLogVolumeRatio(Func<int> slot) => OutputValue.Scalar(s => (float)Scorer.LogVolumeRatio[s], slot);

    /// <summary>Log volume ratio to the scaled features.</summary>
    protected Delegate GetScaledLogVolumeRatio(Func<int> slot) => OutputValue.Scalar(s => (float)Scorer.ScaledLogVolumeRatio[s], slot);
}
