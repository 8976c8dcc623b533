namespace Microsoft.ML.Vae.Core;

/// <summary>The residual of a row to its nearest known rows, feature by feature: the formula of <see cref="ReferenceBank"/>, before the local level. One instance per thread.</summary>
internal sealed class KnownRowResidual(ReferenceBank bank)
{
    /// <summary>Half of ν + 1, ν = 4: tails that forgive one wild feature, yet a variance.</summary>
    public const double HalfDegrees = 2.5;

    private readonly AffineCombination _affine = new(bank);
    private readonly double[] _reconstruction = new double[bank.FeatureCount];

    /// <summary>Writes the residual of each feature, [m], nats, ≥ 0.</summary>
    /// <param name="row">Scaled, [m].</param>
    /// <param name="searched">In the metric of the search, [m].</param>
    /// <param name="nearest">Its nearest known rows, nearest first; at least one.</param>
    /// <param name="terms">[m].</param>
    public void Compute(ReadOnlySpan<float> row, ReadOnlySpan<float> searched, ReadOnlySpan<int> nearest, Span<double> terms)
    {
        terms.Clear();
        var near = nearest[..Math.Min(ReferenceBank.NearestCount, nearest.Length)];
        foreach (int known in near)
            for (int i = 0; i < terms.Length; i++) terms[i] += StableMath.LogP1(Square((double)row[i] - bank.Rows[(known * terms.Length) + i]) * bank.NearPrecision[i]);
        for (int i = 0; i < terms.Length; i++) terms[i] *= HalfDegrees / near.Length;
        _affine.Begin(searched, nearest);
        Add(row, near, bank.NarrowPrecision, terms);
        Add(row, nearest, bank.WidePrecision, terms);
        bank.Categories?.Surprise(row, bank, nearest, terms);
    }

    /// <summary>Adds the squares of the three residuals, [m] each, for whoever learns their scales.</summary>
    public void AddSquares(ReadOnlySpan<float> row, ReadOnlySpan<float> searched, ReadOnlySpan<int> nearest, double[] near, double[] narrow, double[] wide)
    {
        var few = nearest[..Math.Min(ReferenceBank.NearestCount, nearest.Length)];
        foreach (int known in few)
            for (int i = 0; i < near.Length; i++) near[i] += Square((double)row[i] - bank.Rows[(known * near.Length) + i]) / few.Length;
        _affine.Begin(searched, nearest);
        foreach (var (rows, sums) in new[] { (few.Length, narrow), (nearest.Length, wide) })
        {
            _affine.Reconstruct(nearest[..rows], _reconstruction);
            for (int i = 0; i < sums.Length; i++) sums[i] += Square(row[i] - _reconstruction[i]);
        }
    }

    // Both combinations together weigh as much as the single rows.
    private void Add(ReadOnlySpan<float> row, ReadOnlySpan<int> nearest, float[] precision, Span<double> terms)
    {
        _affine.Reconstruct(nearest, _reconstruction);
        for (int i = 0; i < terms.Length; i++) terms[i] += 0.5 * HalfDegrees * StableMath.LogP1(Square(row[i] - _reconstruction[i]) * precision[i]);
    }

    private static double Square(double v) => v * v;
}
