using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Trains on some rows and measures the density of others, the same for every setting, with the same seed. No label is read.</summary>
internal sealed class DensityObjective
{
    private const double HeldOutFraction = 0.2;

    private readonly MLContext _ml;
    private readonly IDataView _kept;
    private readonly MatrixRows _heldOut;
    private readonly int _seed;

    /// <param name="ml">Trains.</param>
    /// <param name="kept">Rows to train on.</param>
    /// <param name="heldOut">Features of rows to measure; those with gaps have no density to compare, and are left out.</param>
    /// <param name="seed">Of every training.</param>
    /// <exception cref="InvalidOperationException">None is complete.</exception>
    public DensityObjective(MLContext ml, IDataView kept, IEnumerable<float[]> heldOut, int seed)
    {
        float[][] complete = [.. heldOut.Where(row => !row.Any(float.IsNaN))];
        if (complete.Length == 0) throw new InvalidOperationException("No held-out row is complete: there is nothing to measure a density on.");
        (_ml, _kept, _seed, FeatureCount) = (ml, kept, seed, complete[0].Length);
        _heldOut = new MatrixRows(complete.SelectMany(row => row).ToArray(), FeatureCount);
    }

    public int FeatureCount { get; }

    /// <summary>A fifth of the given rows of a table, drawn at random, is held out.</summary>
    public static DensityObjective Of(MLContext ml, TextTable table, TablePlan plan, IReadOnlyList<int> rows, int seed)
    {
        int[] order = [.. RandomStream.FromSeed(seed).Split(0x54554E45).Permutation(rows.Count).Select(i => rows[i])];
        int heldOut = (int)(HeldOutFraction * rows.Count);
        return new DensityObjective(ml, ml.Data.Cache(ml.Data.LoadFromTable(table, plan, [.. order.Skip(heldOut).Order()])), order.Take(heldOut).Order().Select(r => plan.Encode(table, r)), seed);
    }

    public TuningOutcome Evaluate(VaeSearchOptions setting, int steps, CancellationToken cancellation)
    {
        var options = setting.Apply(new VaeTrainer.Options { Cancellation = cancellation, Training = new() { Steps = steps, Seed = _seed } });
        return HeldOutDensity.Measure(_ml.Transforms.VariationalAutoencoder(options).Fit(_kept).Model, _heldOut);
    }
}
