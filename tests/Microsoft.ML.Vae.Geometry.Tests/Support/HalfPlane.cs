namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>The hyperbolic half-plane ds² = (dx² + dy²)/y²: a metric that is no immersion's. Curvature −1.</summary>
internal sealed class HalfPlane : IRiemannianMetric
{
    public int Dimension => 2;

    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric)
    {
        metric.Clear();
        metric[0] = metric[3] = 1 / (point[1] * point[1]);
    }

    public bool TryChristoffel(ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        result[0] = -((u[0] * v[1]) + (u[1] * v[0])) / point[1];
        result[1] = ((u[0] * v[0]) - (u[1] * v[1])) / point[1];
        return true;
    }

    public static double Distance(double[] p, double[] q) =>
        2 * Math.Asinh(0.5 * Math.Sqrt((Math.Pow(p[0] - q[0], 2) + Math.Pow(p[1] - q[1], 2)) / (p[1] * q[1])));
}
