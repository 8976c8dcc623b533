namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The points around one at which a metric is evaluated for the derivatives of e(c, v) = ½vᵀG(c)v: itself, a step ahead and behind along each axis, and along both of each pair.
/// Central differences with step 1e-4 (1 + |z|): an error near 1e-8 relative to G‴.
/// </summary>
internal sealed class MetricStencil(int d)
{
    private const double RelativeStep = 1e-4;

    /// <summary>Points of the stencil.</summary>
    public int Count { get; } = 1 + d + (d * d);

    /// <summary>Writes the points, [Count, d].</summary>
    public void Write(ReadOnlySpan<double> point, Span<double> around)
    {
        double h = Step(point);
        for (int row = 0; row < Count; row++) point.CopyTo(around[(row * d)..]);
        for (int k = 0; k < d; k++)
        {
            for (int l = 0; l <= k; l++)
            {
                foreach (double side in (ReadOnlySpan<double>)[1, -1])
                {
                    Span<double> moved = around.Slice(Row(k, l, side) * d, d);
                    moved[k] += side * h;
                    if (l != k) moved[l] += side * h;
                }
            }
        }
    }

    /// <summary>Writes ∂e/∂c, ∂e/∂v = Gv, ∂²e/∂c∂v (row by c) and ∂²e/∂c².</summary>
    /// <param name="point">c.</param>
    /// <param name="velocity">v.</param>
    /// <param name="metrics">G at the points of the stencil, [Count, d, d].</param>
    /// <param name="byPoint">[d].</param>
    /// <param name="byVelocity">[d].</param>
    /// <param name="cv">[d, d].</param>
    /// <param name="cc">[d, d].</param>
    public void Differentiate(
        ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, ReadOnlySpan<double> metrics, Span<double> byPoint, Span<double> byVelocity, Span<double> cv, Span<double> cc)
    {
        using var scratch = new Scratch(3 * d);
        Span<double> ahead = scratch.Take(d), behind = scratch.Take(d), bend = scratch.Take(d);
        double h = Step(point), at = Momentum(metrics, 0, velocity, byVelocity);
        for (int k = 0; k < d; k++)
        {
            double up = Momentum(metrics, Row(k, k, 1), velocity, ahead), down = Momentum(metrics, Row(k, k, -1), velocity, behind);
            byPoint[k] = (up - down) / (2 * h);
            bend[k] = up + down - (2 * at);
            cc[(k * d) + k] = bend[k] / (h * h);
            for (int j = 0; j < d; j++) cv[(k * d) + j] = (ahead[j] - behind[j]) / (2 * h);
            for (int l = 0; l < k; l++)
            {
                double both = Momentum(metrics, Row(k, l, 1), velocity, ahead) + Momentum(metrics, Row(k, l, -1), velocity, behind) - (2 * at);
                cc[(k * d) + l] = cc[(l * d) + k] = (both - bend[k] - bend[l]) / (2 * h * h);
            }
        }
    }

    /// <summary>Writes G v at a point of the stencil; returns ½vᵀG v.</summary>
    private double Momentum(ReadOnlySpan<double> metrics, int row, ReadOnlySpan<double> velocity, Span<double> momentum)
    {
        DenseAlgebra.TimesVector(metrics.Slice(row * d * d, d * d), velocity, momentum);
        return 0.5 * DenseAlgebra.Dot(momentum, velocity);
    }

    /// <summary>Where the point stands that is moved along axes k ≥ l: k² pairs and singles of lower axes stand before it, two points each.</summary>
    private static int Row(int k, int l, double side) => 1 + (k * (k + 1)) + (2 * l) + (side > 0 ? 0 : 1);

    private static double Step(ReadOnlySpan<double> point) => RelativeStep * (1 + DenseAlgebra.Norm(point));
}
