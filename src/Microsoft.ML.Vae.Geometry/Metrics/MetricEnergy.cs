namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The energy ½∫c′ᵀG(c)c′ dt of a metric of which no more is known, by Gauss's rule with three points a segment. Derivatives of G are differences on a
/// <see cref="MetricStencil"/>, whose error the length sees squared.
/// </summary>
internal sealed class MetricEnergy(IRiemannianMetric metric, int segments) : ICurveEnergy
{
    private const int Rules = 3;

    private readonly int _d = metric.Dimension;
    private readonly MetricStencil _stencil = new(metric.Dimension);

    public double Value(HermiteNodes nodes)
    {
        int n = Rules * segments;
        using var scratch = new Scratch(n * ((2 * _d) + (_d * _d)));
        Span<double> points = scratch.Take(n * _d), velocities = scratch.Take(n * _d), metrics = scratch.Take(n * _d * _d);
        for (int e = 0; e < segments; e++) Place(nodes, e, points.Slice(e * Rules * _d, Rules * _d), velocities.Slice(e * Rules * _d, Rules * _d));
        metric.EvaluateAll(points, metrics);
        double energy = 0;
        for (int at = 0; at < n; at++)
        {
            ReadOnlySpan<double> velocity = velocities.Slice(at * _d, _d);
            energy += 0.5 * GaussRule.Three[at % Rules].Weight / segments * DenseAlgebra.Bilinear(velocity, metrics.Slice(at * _d * _d, _d * _d), velocity);
        }
        return energy;
    }

    public void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        gradient.Clear();
        positive.Clear();
        rest.Clear();
        int size = _stencil.Count * _d;
        using var scratch = new Scratch((2 * Rules * _d) + (Rules * size * (1 + _d)));
        Span<double> points = scratch.Take(Rules * _d), velocities = scratch.Take(Rules * _d), around = scratch.Take(Rules * size), metrics = scratch.Take(Rules * size * _d);
        for (int e = 0; e < segments; e++)
        {
            Place(nodes, e, points, velocities);
            for (int q = 0; q < Rules; q++) _stencil.Write(points.Slice(q * _d, _d), around.Slice(q * size, size));
            metric.EvaluateAll(around, metrics);
            for (int q = 0; q < Rules; q++)
                AddPoint(e, q, points.Slice(q * _d, _d), velocities.Slice(q * _d, _d), metrics.Slice(q * size * _d, size * _d), gradient, positive, rest);
        }
    }

    /// <summary>Holds nothing.</summary>
    public void Dispose()
    {
    }

    private void AddPoint(
        int segment, int rule, ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, ReadOnlySpan<double> metrics,
        Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        int dd = _d * _d;
        (double s, double weight) = (GaussRule.Three[rule].Point, GaussRule.Three[rule].Weight / segments);
        using var scratch = new Scratch((2 * dd) + (2 * _d));
        Span<double> cv = scratch.Take(dd), cc = scratch.Take(dd), byPoint = scratch.Take(_d), byVelocity = scratch.Take(_d);
        _stencil.Differentiate(point, velocity, metrics, byPoint, byVelocity, cv, cc);
        double[] at = CubicHermite.At(s), slope = CubicHermite.SlopeAt(s);
        for (int q = 0; q < 4; q++)
        {
            double slopeQ = slope[q] * segments;
            for (int i = 0; i < _d; i++)
            {
                int row = (((2 * segment) + q) * _d) + i;
                gradient[row] += weight * ((at[q] * byPoint[i]) + (slopeQ * byVelocity[i]));
                for (int r = 0; r <= q; r++)
                {
                    double slopeR = slope[r] * segments;
                    for (int j = 0; j < (q == r ? i + 1 : _d); j++)
                    {
                        int column = (((2 * segment) + r) * _d) + j;
                        positive.Add(row, column, weight * slopeQ * slopeR * metrics[(i * _d) + j]);
                        rest.Add(row, column, weight * ((at[q] * at[r] * cc[(i * _d) + j])
                            + (at[q] * slopeR * cv[(i * _d) + j]) + (slopeQ * at[r] * cv[(j * _d) + i])));
                    }
                }
            }
        }
    }

    /// <summary>Writes c and c′ at the three Gauss points of a segment, each [3, d].</summary>
    private void Place(HermiteNodes nodes, int segment, Span<double> points, Span<double> velocities)
    {
        for (int q = 0; q < Rules; q++)
        {
            nodes.InElement(segment, CubicHermite.At(GaussRule.Three[q].Point), points.Slice(q * _d, _d));
            nodes.InElement(segment, CubicHermite.SlopeAt(GaussRule.Three[q].Point), velocities.Slice(q * _d, _d));
        }
        foreach (ref double v in velocities) v *= segments;
    }
}
