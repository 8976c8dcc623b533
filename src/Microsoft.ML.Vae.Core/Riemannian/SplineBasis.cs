namespace Microsoft.ML.Vae.Core;

/// <summary>Curves c(t) = (1 − t) p₀ + t p₁ + Σ_m a_m B_m(t): the B are twice continuously differentiable cubic splines over four segments of [0, 1] that vanish at both ends, an orthonormal basis of their coefficients.</summary>
/// <remarks>Kalatzis et al. 2020, with the right second derivative (their program has 0, 0, 6t, 2 for 0, 0, 2, 6t). Descent is the same in every orthonormal basis.</remarks>
internal sealed class SplineBasis
{
    private const int Segments = 4, Powers = 4, Unknowns = Segments * Powers;

    private readonly double[] _values, _endSlopes;

    /// <param name="points">N, equally spaced in [0, 1].</param>
    public SplineBasis(int points)
    {
        double[][] basis = NullSpace();
        (Count, Points) = (basis.Length, points);
        (_values, _endSlopes) = (new double[points * Count], new double[Count]);
        for (int j = 0; j < points; j++)
        {
            double t = (double)j / (points - 1);
            int segment = Math.Min((int)(t * Segments), Segments - 1);
            for (int m = 0; m < Count; m++) _values[(j * Count) + m] = Dot(basis[m], Value(segment, t));
        }
        for (int m = 0; m < Count; m++) _endSlopes[m] = Dot(basis[m], Slope(Segments - 1, 1));
    }

    /// <summary>Number of B.</summary>
    public int Count { get; }

    /// <summary>N.</summary>
    public int Points { get; }

    /// <summary>B_m at point j.</summary>
    public double this[int point, int m] => _values[(point * Count) + m];

    /// <summary>Writes the points of a curve, [N, d].</summary>
    /// <param name="start">p₀.</param>
    /// <param name="end">p₁.</param>
    /// <param name="coefficients">a, [basis, d].</param>
    /// <param name="points">[N, d].</param>
    public void Write(ReadOnlySpan<double> start, ReadOnlySpan<double> end, ReadOnlySpan<double> coefficients, Span<double> points)
    {
        int d = start.Length;
        for (int j = 0; j < Points; j++)
        {
            double t = (double)j / (Points - 1);
            for (int i = 0; i < d; i++)
            {
                double value = ((1 - t) * start[i]) + (t * end[i]);
                for (int m = 0; m < Count; m++) value += this[j, m] * coefficients[(m * d) + i];
                points[(j * d) + i] = value;
            }
        }
    }

    /// <summary>c′(1), one coordinate.</summary>
    public double EndVelocity(ReadOnlySpan<double> start, ReadOnlySpan<double> end, ReadOnlySpan<double> coefficients, int i)
    {
        double velocity = end[i] - start[i];
        for (int m = 0; m < Count; m++) velocity += _endSlopes[m] * coefficients[(m * start.Length) + i];
        return velocity;
    }

    // Unit vectors, less their parts along the constraints and along those found before.
    private static double[][] NullSpace()
    {
        var constraints = new List<double[]> { Value(0, 0), Value(Segments - 1, 1) };
        for (int s = 1; s < Segments; s++)
        {
            double t = (double)s / Segments;
            foreach (var row in (Func<int, double, double[]>[])[Value, Slope, Bend]) constraints.Add(Subtract(row(s - 1, t), row(s, t), 1));
        }
        var orthonormal = new List<double[]>();
        foreach (double[] c in constraints) Append(orthonormal, c);
        int taken = orthonormal.Count;
        for (int i = 0; i < Unknowns && orthonormal.Count < Unknowns; i++)
        {
            var unit = new double[Unknowns];
            unit[i] = 1;
            Append(orthonormal, unit);
        }
        return [.. orthonormal.Skip(taken)];
    }

    private static void Append(List<double[]> orthonormal, double[] v)
    {
        const double Dependent = 1e-8;
        double length = Math.Sqrt(Dot(v, v));
        // Twice is enough.
        for (int round = 0; round < 2; round++)
            foreach (double[] u in orthonormal) v = Subtract(v, u, Dot(u, v));
        double left = Math.Sqrt(Dot(v, v));
        if (left > Dependent * length) orthonormal.Add([.. v.Select(x => x / left)]);
    }

    private static double[] Value(int segment, double t) => Row(segment, 1, t, t * t, t * t * t);

    private static double[] Slope(int segment, double t) => Row(segment, 0, 1, 2 * t, 3 * t * t);

    private static double[] Bend(int segment, double t) => Row(segment, 0, 0, 2, 6 * t);

    private static double[] Row(int segment, params ReadOnlySpan<double> powers)
    {
        var row = new double[Unknowns];
        powers.CopyTo(row.AsSpan(segment * Powers));
        return row;
    }

    private static double[] Subtract(double[] a, double[] b, double factor) => [.. a.Zip(b, (x, y) => x - (factor * y))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
