using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Scores slots of features; whatever reads the results asks <see cref="Scorer"/>.</summary>
internal sealed class VaeComputation
{
    private readonly VaeModel _model;
    private readonly VectorSlots _features;
    private readonly VaeOutputs _wanted;

    public VaeComputation(VaeModel model, LossEstimator estimator, DataViewRow input, string featureColumn, VaeOutputs wanted, int capacity)
    {
        (_model, _wanted) = (model, wanted);
        _features = new VectorSlots(input, featureColumn, model.FeatureCount, capacity);
        Scorer = new VaeScorer(model, capacity, estimator);
    }

    public VaeScorer Scorer { get; }

    public void Fetch(int slot) => _features.Fetch(slot);

    public void Compute(int count) => Scorer.Score(_features.Table.AsSpan(0, count * _model.FeatureCount), count, _wanted);

    public Delegate Latent(Func<int> slot) => Vector((s, n) => Scorer.Mean.Slice(s * n, n), slot);

    public Delegate LogVariance(Func<int> slot) => Vector((s, n) => Scorer.LogVariance.Slice(s * n, n), slot);

    public Delegate Reconstruction(Func<int> slot)
    {
        int m = _model.FeatureCount;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => OutputValue.Write(ref value, Scorer.Reconstruction.Slice(slot() * m, m)));
    }

    /// <summary>L_x as a column stores it.</summary>
    public Delegate Loss(Func<int> slot) => OutputValue.Scalar(s => VaeScorer.ToColumn(Scorer.Loss[s]), slot);

    /// <summary>Feature terms of the loss, divided by <paramref name="unit"/>.</summary>
    public Delegate FeatureTerms(double unit, Func<int> slot) => Terms(() => Scorer.FeatureLoss, _model.FeatureCount, unit, slot);

    /// <summary>Latent terms of the loss, divided by <paramref name="unit"/>.</summary>
    public Delegate LatentTerms(double unit, Func<int> slot) => Terms(() => Scorer.LatentLoss, _model.LatentDimension, unit, slot);

    /// <summary>Log volume ratio to the raw features.</summary>
    public Delegate LogVolumeRatio(Func<int> slot) => OutputValue.Scalar(s => (float)Scorer.LogVolumeRatio[s], slot);

    /// <summary>Log volume ratio to the scaled features.</summary>
    public Delegate ScaledLogVolumeRatio(Func<int> slot) => OutputValue.Scalar(s => (float)Scorer.ScaledLogVolumeRatio[s], slot);

    private delegate ReadOnlySpan<float> Slice(int slot, int size);

    private delegate ReadOnlySpan<double> Table();

    private ValueGetter<VBuffer<float>> Vector(Slice slice, Func<int> slot)
    {
        int n = _model.LatentDimension;
        return (ref VBuffer<float> value) => OutputValue.Write(ref value, slice(slot(), n));
    }

    private static ValueGetter<VBuffer<float>> Terms(Table table, int size, double unit, Func<int> slot) => (ref VBuffer<float> value) =>
    {
        int from = slot() * size;
        var editor = VBufferEditor.Create(ref value, size);
        var terms = table().Slice(from, size);
        for (int i = 0; i < size; i++) editor.Values[i] = VaeScorer.ToColumn(terms[i] / unit);
        value = editor.Commit();
    };
}
