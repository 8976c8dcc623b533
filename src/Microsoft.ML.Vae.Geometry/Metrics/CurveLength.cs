namespace Microsoft.ML.Vae.Geometry;

/// <summary>The length of a curve.</summary>
/// <param name="Value">∫‖c′‖ dt; +∞ if a value of the map or the metric is not finite along the curve.</param>
/// <param name="RelativeError">By how much the last two results differ, relative; the error is usually far smaller. +∞ if the length is.</param>
/// <param name="Status">Converged if the two agree as asked; MeshLimit if they do not on the finest mesh; NotFinite.</param>
public readonly record struct CurveLength(double Value, double RelativeError, GeodesicStatus Status)
{
    // A straight line across a decoder needs about that many.
    private const int FirstPieces = 4, LargestPieces = 1024;

    // The first even power of the step in the error of each rule, halved.
    private const int ChordOrder = 1, GaussOrder = 3;

    /// <summary>Whether the length is finite and as exact as asked.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;

    /// <summary>
    /// Measures on ever more pieces until two results agree, by Romberg's extrapolation: of the chords of the image where the metric is a pull-back, of Gauss's rule otherwise.
    /// </summary>
    /// <param name="metric">G.</param>
    /// <param name="curve">c.</param>
    /// <param name="relativeTolerance">Of the last two results.</param>
    public static CurveLength Of(IRiemannianMetric metric, LatentCurve curve, double relativeTolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(curve);
        return metric.LengthOf(curve, relativeTolerance);
    }

    internal static CurveLength ByGauss(IRiemannianMetric metric, LatentCurve curve, double relativeTolerance) =>
        Romberg(pieces => Composite(metric, curve, pieces), GaussOrder, relativeTolerance);

    internal static CurveLength ByChords(IImmersion immersion, LatentCurve curve, double relativeTolerance)
    {
        using var chords = new ChordLength(immersion, curve);
        return Romberg(chords.Of, ChordOrder, relativeTolerance);
    }

    /// <summary>Each further column removes the next even power of the step, from twice the order on.</summary>
    private static CurveLength Romberg(Func<int, double> rule, int order, double relativeTolerance)
    {
        double[] row = [rule(FirstPieces)];
        double change = double.PositiveInfinity;
        for (int pieces = 2 * FirstPieces; pieces <= LargestPieces && double.IsFinite(row[^1]) && !(change <= relativeTolerance * row[^1]); pieces *= 2)
        {
            double[] next = [rule(pieces), .. row];
            for (int k = 1; k < next.Length; k++) next[k] = next[k - 1] + ((next[k - 1] - row[k - 1]) / (Math.Pow(4, k - 1 + order) - 1));
            change = Math.Abs(next[^1] - row[^1]);
            row = next;
        }
        if (!double.IsFinite(row[^1])) return new(double.PositiveInfinity, double.PositiveInfinity, GeodesicStatus.NotFinite);
        bool agree = change <= relativeTolerance * row[^1];
        return new(row[^1], change == 0 ? 0 : change / row[^1], agree ? GeodesicStatus.Converged : GeodesicStatus.MeshLimit);
    }

    private static double Composite(IRiemannianMetric metric, LatentCurve curve, int pieces)
    {
        double[] times = new double[GaussRule.Three.Length * pieces], speeds = new double[times.Length];
        for (int at = 0; at < times.Length; at++) times[at] = ((at / GaussRule.Three.Length) + GaussRule.Three[at % GaussRule.Three.Length].Point) / pieces;
        CurveMeasure.SpeedsAt(metric, curve, times, speeds);
        double sum = 0;
        for (int at = 0; at < times.Length; at++) sum += GaussRule.Three[at % GaussRule.Three.Length].Weight / pieces * speeds[at];
        return sum;
    }
}
