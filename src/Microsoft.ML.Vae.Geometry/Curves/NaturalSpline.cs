namespace Microsoft.ML.Vae.Geometry;

/// <summary>The natural cubic spline: the C² cubic through points that has no acceleration at its two ends.</summary>
internal static class NaturalSpline
{
    /// <summary>Knots are spaced as the straight distances between consecutive points.</summary>
    public static LatentCurve Through(ReadOnlySpan<double> points, int d)
    {
        int n = points.Length / d;
        if (n < 2 || n * d != points.Length)
            throw new ArgumentException($"Expected at least two points of {d} coordinates, got {points.Length} values.", nameof(points));
        double[] knots = ChordKnots(points, d);
        double[] slopes = Slopes(knots, points, d);
        return HermiteCurves.Cubic(knots, points, slopes);
    }

    private static double[] ChordKnots(ReadOnlySpan<double> points, int d)
    {
        var knots = new double[points.Length / d];
        for (int k = 1; k < knots.Length; k++)
        {
            double squared = 0;
            for (int i = 0; i < d; i++) squared += Math.Pow(points[(k * d) + i] - points[((k - 1) * d) + i], 2);
            if (!(squared > 0)) throw new ArgumentException($"Points {k - 1} and {k} coincide; remove one.", nameof(points));
            knots[k] = knots[k - 1] + Math.Sqrt(squared);
        }
        double total = knots[^1];
        for (int k = 1; k < knots.Length; k++) knots[k] /= total;
        knots[^1] = 1;
        return knots;
    }

    /// <summary>Thomas's algorithm for the slopes that make the second derivative continuous, and zero at the ends.</summary>
    private static double[] Slopes(double[] knots, ReadOnlySpan<double> points, int d)
    {
        int n = knots.Length;
        var slopes = new double[n * d];
        var upper = new double[n];
        for (int k = 0; k < n; k++)
        {
            double left = k > 0 ? 1 / (knots[k] - knots[k - 1]) : 0, right = k + 1 < n ? 1 / (knots[k + 1] - knots[k]) : 0;
            double pivot = (2 * (left + right)) - (left * (k > 0 ? upper[k - 1] : 0));
            upper[k] = right / pivot;
            for (int i = 0; i < d; i++)
            {
                double before = k > 0 ? points[(k * d) + i] - points[((k - 1) * d) + i] : 0;
                double after = k + 1 < n ? points[((k + 1) * d) + i] - points[(k * d) + i] : 0;
                double rhs = 3 * ((before * left * left) + (after * right * right));
                slopes[(k * d) + i] = (rhs - (left * (k > 0 ? slopes[((k - 1) * d) + i] : 0))) / pivot;
            }
        }
        for (int k = n - 2; k >= 0; k--)
        {
            for (int i = 0; i < d; i++) slopes[(k * d) + i] -= upper[k] * slopes[((k + 1) * d) + i];
        }
        return slopes;
    }
}
