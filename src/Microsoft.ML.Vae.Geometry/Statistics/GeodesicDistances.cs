namespace Microsoft.ML.Vae.Geometry;

/// <summary>Geodesic distances between two sets of points.</summary>
/// <param name="Values">[rows, columns], row-major; +∞ where the metric is not finite along the curve.</param>
/// <param name="Statuses">How each of them ended, [rows, columns]; a length that did not converge is an upper bound.</param>
/// <param name="NotConverged">How many of the geodesics computed missed a tolerance.</param>
public sealed record GeodesicDistances(double[] Values, GeodesicStatus[] Statuses, int NotConverged)
{
    /// <summary>All distances within one set of points: symmetric, with zeros on the diagonal; each pair is computed once.</summary>
    /// <param name="solver">Finds the geodesics.</param>
    /// <param name="points">[n, d], row-major.</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors. The result does not depend on it.</param>
    /// <returns>[n, n].</returns>
    public static GeodesicDistances Within(GeodesicSolver solver, ReadOnlySpan<double> points, int maxThreads = -1)
    {
        double[][] rows = Rows(solver, points);
        int n = rows.Length;
        var pairs = new List<(double[], double[])>();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) pairs.Add((rows[i], rows[j]));
        }
        Geodesic[] geodesics = solver.ConnectAll(pairs, maxThreads);
        var values = new double[n * n];
        var statuses = new GeodesicStatus[n * n];
        for (int i = 0, pair = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++, pair++)
            {
                values[(i * n) + j] = values[(j * n) + i] = geodesics[pair].Length;
                statuses[(i * n) + j] = statuses[(j * n) + i] = geodesics[pair].Status;
            }
        }
        return new(values, statuses, geodesics.Count(geodesic => !geodesic.Converged));
    }

    /// <summary>Distances from each point to each reference point.</summary>
    /// <param name="solver">Finds the geodesics.</param>
    /// <param name="points">[n, d], row-major.</param>
    /// <param name="references">[m, d], row-major.</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors. The result does not depend on it.</param>
    /// <returns>[n, m].</returns>
    public static GeodesicDistances Between(
        GeodesicSolver solver, ReadOnlySpan<double> points, ReadOnlySpan<double> references, int maxThreads = -1)
    {
        double[][] rows = Rows(solver, points), columns = Rows(solver, references);
        Geodesic[] geodesics = solver.ConnectAll([.. rows.SelectMany(row => columns.Select(column => (row, column)))], maxThreads);
        return new([.. geodesics.Select(geodesic => geodesic.Length)], [.. geodesics.Select(geodesic => geodesic.Status)], geodesics.Count(geodesic => !geodesic.Converged));
    }

    private static double[][] Rows(GeodesicSolver solver, ReadOnlySpan<double> points)
    {
        ArgumentNullException.ThrowIfNull(solver);
        int d = solver.Metric.Dimension;
        if (points.Length % d != 0) throw new ArgumentException($"Expected rows of {d} coordinates, got {points.Length} values.", nameof(points));
        var rows = new double[points.Length / d][];
        for (int i = 0; i < rows.Length; i++) rows[i] = points.Slice(i * d, d).ToArray();
        return rows;
    }
}
