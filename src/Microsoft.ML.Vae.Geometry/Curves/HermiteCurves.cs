namespace Microsoft.ML.Vae.Geometry;

/// <summary>Curves from what is known at their knots.</summary>
internal static class HermiteCurves
{
    /// <summary>The C¹ cubic of positions and velocities, each [K + 1, d].</summary>
    public static LatentCurve Cubic(double[] knots, ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        int d = positions.Length / knots.Length;
        Guard.Length(velocities, positions.Length, nameof(velocities));
        var coefficients = new double[(knots.Length - 1) * 4 * d];
        for (int k = 0; k + 1 < knots.Length; k++)
        {
            double h = knots[k + 1] - knots[k];
            for (int i = 0; i < d; i++)
            {
                int at = (k * d) + i, next = at + d, c = (k * 4 * d) + i;
                double rise = positions[next] - positions[at], left = h * velocities[at], right = h * velocities[next];
                coefficients[c] = positions[at];
                coefficients[c + d] = left;
                coefficients[c + (2 * d)] = (3 * rise) - (2 * left) - right;
                coefficients[c + (3 * d)] = left + right - (2 * rise);
            }
        }
        return new LatentCurve(knots, coefficients, d);
    }

    /// <summary>The C² quintic of positions, velocities and accelerations, each [K + 1, d]; its error is of sixth order.</summary>
    public static LatentCurve Quintic(
        double[] knots, ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, ReadOnlySpan<double> accelerations)
    {
        int d = positions.Length / knots.Length;
        var coefficients = new double[(knots.Length - 1) * 6 * d];
        for (int k = 0; k + 1 < knots.Length; k++)
        {
            double h = knots[k + 1] - knots[k];
            for (int i = 0; i < d; i++)
            {
                int at = (k * d) + i, next = at + d, c = (k * 6 * d) + i;
                double v = h * velocities[at], a = 0.5 * h * h * accelerations[at];
                // What a parabola with the left end's data misses at the right end: in value, slope and curvature.
                double e0 = positions[next] - positions[at] - v - a;
                double e1 = (h * velocities[next]) - v - (2 * a);
                double e2 = (h * h * accelerations[next]) - (2 * a);
                coefficients[c] = positions[at];
                coefficients[c + d] = v;
                coefficients[c + (2 * d)] = a;
                coefficients[c + (3 * d)] = (10 * e0) - (4 * e1) + (0.5 * e2);
                coefficients[c + (4 * d)] = (-15 * e0) + (7 * e1) - e2;
                coefficients[c + (5 * d)] = (6 * e0) - (3 * e1) + (0.5 * e2);
            }
        }
        return new LatentCurve(knots, coefficients, d);
    }
}
