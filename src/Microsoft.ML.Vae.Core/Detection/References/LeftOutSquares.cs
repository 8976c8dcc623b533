namespace Microsoft.ML.Vae.Core;

/// <summary>Sums the squared residuals of known rows, each judged by the others, where they are observed: the scales of a bank.</summary>
/// <param name="features">m.</param>
internal sealed class LeftOutSquares(int features)
{
    private readonly double[] _near = new double[features], _narrow = new double[features], _wide = new double[features];
    private readonly int[] _missing = new int[features];

    /// <summary>Adds a row; what is missing of it leaves no trace.</summary>
    /// <param name="residual">Of the bank.</param>
    /// <param name="row">Scaled, imputed, [m].</param>
    /// <param name="searched">In the metric of the search, [m].</param>
    /// <param name="nearest">Its nearest others.</param>
    /// <param name="isMissing">What was imputed, [m].</param>
    public void Add(KnownRowResidual residual, ReadOnlySpan<float> row, ReadOnlySpan<float> searched, ReadOnlySpan<int> nearest, ReadOnlySpan<bool> isMissing)
    {
        double[][] all = [_near, _narrow, _wide], before = isMissing.Contains(true) ? [.. all.Select(sums => (double[])sums.Clone())] : [];
        residual.AddSquares(row, searched, nearest, _near, _narrow, _wide);
        for (int i = 0; before.Length > 0 && i < features; i++)
        {
            if (!isMissing[i]) continue;
            _missing[i]++;
            for (int k = 0; k < all.Length; k++) all[k][i] = before[k][i];
        }
    }

    /// <summary>1/(4h²) of the three residuals, [m] each.</summary>
    /// <param name="least">The least squared scale of each feature.</param>
    /// <param name="count">Known rows.</param>
    public float[][] Precisions(double[] least, int count) => [Precision(_near, least, count), Precision(_narrow, least, count), Precision(_wide, least, count)];

    private float[] Precision(double[] squares, double[] least, int count) =>
        [.. squares.Select((s, i) => (float)Math.Min(float.MaxValue, 0.25 / Math.Max(least[i], s / Math.Max(1, count - _missing[i]))))];
}
