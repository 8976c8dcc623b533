namespace Microsoft.ML.Vae.Geometry;

/// <summary>Clusters of points in the ordinary Euclidean distance: Lloyd's iterations from k-means++ centres.</summary>
/// <param name="Centres">[k, d], row-major.</param>
/// <param name="Labels">Index of the nearest centre of each point, [n].</param>
/// <param name="Inertia">Sum of squared distances to the nearest centre.</param>
/// <param name="Converged">Whether no point changed its centre in the last iteration.</param>
/// <remarks>Arthur, Vassilvitskii 2007, k-means++: the advantages of careful seeding.</remarks>
public sealed record KMeans(double[] Centres, int[] Labels, double Inertia, bool Converged)
{
    /// <summary>Clusters points.</summary>
    /// <param name="points">[n, d], row-major.</param>
    /// <param name="dimension">d.</param>
    /// <param name="clusters">k, at most n.</param>
    /// <param name="seed">The same seed gives the same centres.</param>
    /// <param name="maxIterations">Lloyd's iterations allowed.</param>
    /// <exception cref="ArgumentException">There is no whole number of points, or fewer than clusters, or a value is not finite.</exception>
    public static KMeans Fit(ReadOnlySpan<double> points, int dimension, int clusters, int seed = 1, int maxIterations = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clusters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, points.Length / dimension);
        if (points.Length % dimension != 0) throw new ArgumentException($"Expected points of {dimension} coordinates, got {points.Length} values.", nameof(points));
        Guard.Finite(points);
        double[] centres = Seed(points, dimension, clusters, new RandomSource((ulong)seed));
        var labels = new int[points.Length / dimension];
        (double inertia, _) = Assign(points, centres, labels, dimension);
        for (int iteration = 0; iteration < maxIterations; iteration++)
        {
            MoveToMeans(points, centres, labels, dimension);
            (inertia, bool changed) = Assign(points, centres, labels, dimension);
            if (!changed) return new(centres, labels, inertia, Converged: true);
        }
        return new(centres, labels, inertia, Converged: false);
    }

    private static double[] Seed(ReadOnlySpan<double> points, int d, int clusters, RandomSource random)
    {
        int n = points.Length / d;
        var centres = new double[clusters * d];
        var squared = new double[n];
        Array.Fill(squared, double.PositiveInfinity);
        int chosen = random.NextInt(n);
        for (int c = 0; c < clusters; c++)
        {
            points.Slice(chosen * d, d).CopyTo(centres.AsSpan(c * d));
            double total = 0;
            for (int i = 0; i < n; i++)
                total += squared[i] = Math.Min(squared[i], SquaredDistance(points.Slice(i * d, d), centres.AsSpan(c * d, d)));
            double threshold = random.NextUniform() * total;
            for (chosen = 0; chosen < n - 1 && (threshold -= squared[chosen]) > 0; chosen++) ;
        }
        return centres;
    }

    private static (double Inertia, bool Changed) Assign(ReadOnlySpan<double> points, double[] centres, int[] labels, int d)
    {
        double inertia = 0;
        bool changed = false;
        for (int i = 0; i < labels.Length; i++)
        {
            double best = double.PositiveInfinity;
            int label = 0;
            for (int c = 0; c < centres.Length / d; c++)
            {
                double squared = SquaredDistance(points.Slice(i * d, d), centres.AsSpan(c * d, d));
                if (squared < best) (best, label) = (squared, c);
            }
            inertia += best;
            changed |= labels[i] != label;
            labels[i] = label;
        }
        return (inertia, changed);
    }

    /// <summary>A centre without points stays where it is.</summary>
    private static void MoveToMeans(ReadOnlySpan<double> points, double[] centres, int[] labels, int d)
    {
        var sums = new double[centres.Length];
        var counts = new int[centres.Length / d];
        for (int i = 0; i < labels.Length; i++)
        {
            counts[labels[i]]++;
            DenseAlgebra.AddScaled(points.Slice(i * d, d), 1, sums.AsSpan(labels[i] * d, d));
        }
        for (int i = 0; i < sums.Length; i++)
        {
            if (counts[i / d] > 0) centres[i] = sums[i] / counts[i / d];
        }
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
