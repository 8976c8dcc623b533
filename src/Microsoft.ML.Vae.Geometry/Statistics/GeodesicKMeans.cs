namespace Microsoft.ML.Vae.Geometry;

/// <summary>Clusters of points in geodesic distance, with Fréchet means as centres.</summary>
/// <param name="Centres">[k, d], row-major.</param>
/// <param name="Labels">Index of the nearest centre of each point, [n].</param>
/// <param name="Inertia">Sum of squared geodesic distances to the nearest centre; +∞ if one is.</param>
/// <param name="Iterations">Assignments made.</param>
/// <param name="NotConverged">How many of the last assignment's geodesics missed a tolerance: the labels are as uncertain as those.</param>
/// <param name="MeansNotConverged">How many of the last centres are no converged means.</param>
/// <param name="Status">
/// IterationLimit if labels still moved in the last iteration; else that of the first mean, then of the first geodesic, that did not converge; Converged if all did.
/// </param>
public sealed record GeodesicKMeans(
    double[] Centres, int[] Labels, double Inertia, int Iterations, int NotConverged, int MeansNotConverged, GeodesicStatus Status)
{
    /// <summary>Whether no point changed its centre in the last iteration, and all that this rests on converged.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;

    /// <summary>Lloyd's iterations in the metric of a solver, from Euclidean k-means.</summary>
    /// <param name="solver">Finds the geodesics.</param>
    /// <param name="points">[n, d], row-major.</param>
    /// <param name="clusters">k.</param>
    /// <param name="seed">Seed of the Euclidean start.</param>
    /// <param name="maxIterations">Assignments allowed; each costs n·k geodesics, and about as many for the means.</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors. The result does not depend on it.</param>
    public static GeodesicKMeans Fit(
        GeodesicSolver solver, ReadOnlySpan<double> points, int clusters, int seed = 1, int maxIterations = 20, int maxThreads = -1)
    {
        ArgumentNullException.ThrowIfNull(solver);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxIterations);
        int d = solver.Metric.Dimension;
        var start = KMeans.Fit(points, d, clusters, seed);
        double[] centres = start.Centres;
        int[] labels = start.Labels;
        var means = new GeodesicStatus[clusters];
        for (int iteration = 1; ; iteration++)
        {
            for (int k = 0; k < clusters; k++) means[k] = MoveToMean(solver, points, labels, k, centres.AsSpan(k * d, d), maxThreads);
            var distances = GeodesicDistances.Between(solver, points, centres, maxThreads);
            (int[] next, double inertia) = Assign(distances.Values, clusters);
            bool settled = next.AsSpan().SequenceEqual(labels);
            labels = next;
            if (!settled && iteration < maxIterations) continue;
            GeodesicStatus status = settled ? FirstFailure([.. means, .. distances.Statuses]) : GeodesicStatus.IterationLimit;
            return new(centres, labels, inertia, iteration, distances.NotConverged, means.Count(mean => mean != GeodesicStatus.Converged), status);
        }
    }

    private static GeodesicStatus FirstFailure(GeodesicStatus[] statuses) => Array.Find(statuses, status => status != GeodesicStatus.Converged);

    private static (int[] Labels, double Inertia) Assign(double[] distances, int clusters)
    {
        var labels = new int[distances.Length / clusters];
        double inertia = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = distances.AsSpan(i * clusters, clusters);
            for (int k = 1; k < clusters; k++)
            {
                if (row[k] < row[labels[i]]) labels[i] = k;
            }
            inertia += row[labels[i]] * row[labels[i]];
        }
        return (labels, inertia);
    }

    /// <summary>A cluster without points keeps its centre.</summary>
    private static GeodesicStatus MoveToMean(
        GeodesicSolver solver, ReadOnlySpan<double> points, int[] labels, int cluster, Span<double> centre, int maxThreads)
    {
        int d = centre.Length;
        List<double> members = [];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == cluster) members.AddRange(points.Slice(i * d, d));
        }
        if (members.Count == 0) return GeodesicStatus.Converged;
        var mean = FrechetMean.Of(solver, members.ToArray(), maxThreads: maxThreads);
        mean.Point.CopyTo(centre);
        return mean.Status;
    }
}
