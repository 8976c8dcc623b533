using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Scores slots of features; who derives from it says which columns the results are.</summary>
internal abstract class VaeComputation : IBatchComputation
{
    private readonly VectorSlots _features;
    private readonly VaeOutputs _wanted;

    protected VaeComputation(VaeModel model, LossEstimator estimator, DataViewRow input, string featureColumn, VaeOutputs wanted, int capacity)
    {
        (Model, _wanted) = (model, wanted);
        _features = new VectorSlots(input, featureColumn, model.FeatureCount, capacity);
        Scorer = new VaeScorer(model, capacity, estimator);
    }

    public VaeScorer Scorer { get; }

    protected VaeModel Model { get; }

    public void Fetch(int slot) => _features.Fetch(slot);

    public void Compute(int count) => Scorer.Score(_features.Table.AsSpan(0, count * Model.FeatureCount), count, _wanted);

    public abstract Delegate Getter(int output, Func<int> slot);

    protected Delegate GetLatent(Func<int> slot) => OutputValue.Vector(() => Scorer.Mean, Model.LatentDimension, slot);

    protected Delegate GetLogVariance(Func<int> slot) => OutputValue.Vector(() => Scorer.LogVariance, Model.LatentDimension, slot);

    protected Delegate GetReconstruction(Func<int> slot) => OutputValue.Vector(() => Scorer.Reconstruction, Model.FeatureCount, slot);

    /// <summary>L_x as a column stores it.</summary>
    protected Delegate GetLoss(Func<int> slot) => OutputValue.Scalar(s => VaeScorer.ToColumn(Scorer.Loss[s]), slot);

    /// <summary>Feature terms of the loss, divided by <paramref name="unit"/>.</summary>
    protected Delegate GetFeatureTerms(double unit, Func<int> slot) => OutputValue.Vector(() => Scorer.FeatureLoss, Model.FeatureCount, unit, slot);

    /// <summary>The same summed over the features of each source column.</summary>
    protected Delegate GetColumnTerms(double unit, Func<int> slot) => Model.Columns.Count == Model.FeatureCount ? GetFeatureTerms(unit, slot) : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> target) =>
    {
        double[] sums = FeatureColumn.Sums(Model.Columns, Scorer.FeatureLoss.Slice(slot() * Model.FeatureCount, Model.FeatureCount));
        OutputValue.Write<float>(ref target, [.. sums.Select(s => VaeScorer.ToColumn(s / unit))]);
    });

    /// <summary>Latent terms of the loss, divided by <paramref name="unit"/>.</summary>
    protected Delegate GetLatentTerms(double unit, Func<int> slot) => OutputValue.Vector(() => Scorer.LatentLoss, Model.LatentDimension, unit, slot);

    /// <summary>Log volume ratio to the raw features.</summary>
    protected Delegate GetLogVolumeRatio(Func<int> slot) => OutputValue.Scalar(s => (float)Scorer.LogVolumeRatio[s], slot);

    /// <summary>Log volume ratio to the scaled features.</summary>
    protected Delegate GetScaledLogVolumeRatio(Func<int> slot) => OutputValue.Scalar(s => (float)Scorer.ScaledLogVolumeRatio[s], slot);
}
