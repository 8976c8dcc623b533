namespace Experiments.Chen;

/// <summary>Squared stretches of a metric along its own directions.</summary>
internal static class MetricEigenvalues
{
    /// <summary>Eigenvalues of G(z), in no particular order.</summary>
    public static double[] Of(IRiemannianMetric metric, double[] z)
    {
        int d = z.Length;
        double[] values = metric.Evaluate(z), vectors = new double[d * d];
        SymmetricEigen.Decompose(values, vectors, d);
        return [.. Enumerable.Range(0, d).Select(i => values[(i * d) + i])];
    }
}
