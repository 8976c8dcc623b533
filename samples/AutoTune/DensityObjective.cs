using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>Trains on some rows of a view and measures the density of the others. No label is read.</summary>
internal sealed class DensityObjective
{
    private const double HeldOutFraction = 0.2;

    private readonly MLContext _ml;
    private readonly IDataView _kept;
    private readonly MatrixRows _heldOut;
    private readonly int _seed;

    /// <summary>Splits; every setting is trained and measured on the same rows with the same seed.</summary>
    public DensityObjective(MLContext ml, IDataView rows, int seed)
    {
        var split = ml.Data.TrainTestSplit(rows, HeldOutFraction, seed: seed);
        (_ml, _kept, _seed) = (ml, ml.Data.Cache(split.TrainSet), seed);
        float[][] heldOut = [.. split.TestSet.GetColumn<float[]>("Features")];
        FeatureCount = heldOut[0].Length;
        _heldOut = new MatrixRows(heldOut.SelectMany(r => r).ToArray(), FeatureCount);
    }

    public int FeatureCount { get; }

    public TuningOutcome Evaluate(VaeSearchOptions options, int steps, CancellationToken cancellation)
    {
        var fixedOptions = new VaeTrainer.Options { Cancellation = cancellation, Training = new() { Steps = steps, Seed = _seed } };
        var model = _ml.Transforms.VariationalAutoencoder(options.Apply(fixedOptions)).Fit(_kept).Model;
        return HeldOutDensity.Measure(model, _heldOut);
    }
}
