namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The energy ½∫c′ᵀG(c)c′ dt of a metric that is no plain pull-back, by Gauss's rule with three points a segment. Derivatives of G
/// are central differences with step 1e-4 (1 + |z|): an error near 1e-8 relative to G‴, which the length sees squared.
/// </summary>
internal sealed class MetricEnergy(IRiemannianMetric metric, int segments) : ICurveEnergy
{
    private const double RelativeStep = 1e-4;
    private readonly int _d = metric.Dimension;

    public double Value(HermiteNodes nodes)
    {
        using var scratch = new Scratch((2 * _d) + (_d * _d));
        Span<double> point = scratch.Take(_d), velocity = scratch.Take(_d), G = scratch.Take(_d * _d);
        double energy = 0;
        for (int e = 0; e < segments; e++)
        {
            foreach ((double s, double weight) in GaussRule.Three)
            {
                Place(nodes, e, s, point, velocity);
                metric.Evaluate(point, G);
                energy += 0.5 * weight / segments * DenseAlgebra.Bilinear(velocity, G, velocity);
            }
        }
        return energy;
    }

    public void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        gradient.Clear();
        positive.Clear();
        rest.Clear();
        using var scratch = new Scratch(2 * _d);
        Span<double> point = scratch.Take(_d), velocity = scratch.Take(_d);
        for (int e = 0; e < segments; e++)
        {
            foreach ((double s, double weight) in GaussRule.Three)
            {
                Place(nodes, e, s, point, velocity);
                AddPoint(e, s, weight / segments, point, velocity, gradient, positive, rest);
            }
        }
    }

    /// <summary>Holds nothing.</summary>
    public void Dispose()
    {
    }

    private void AddPoint(
        int segment, double s, double weight, Span<double> point, ReadOnlySpan<double> velocity,
        Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        int dd = _d * _d;
        using var scratch = new Scratch((3 * dd) + (2 * _d));
        Span<double> G = scratch.Take(dd), cv = scratch.Take(dd), cc = scratch.Take(dd), byPoint = scratch.Take(_d), byVelocity = scratch.Take(_d);
        metric.Evaluate(point, G);
        DenseAlgebra.TimesVector(G, velocity, byVelocity);
        Differences(point, velocity, byVelocity, byPoint, cv, cc);
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
                        positive.Add(row, column, weight * slopeQ * slopeR * G[(i * _d) + j]);
                        rest.Add(row, column, weight * ((at[q] * at[r] * cc[(i * _d) + j])
                            + (at[q] * slopeR * cv[(i * _d) + j]) + (slopeQ * at[r] * cv[(j * _d) + i])));
                    }
                }
            }
        }
    }

    /// <summary>Of e(c, v) = ½vᵀG(c)v: ∂e/∂c, ∂²e/∂c∂v (row by c) and ∂²e/∂c².</summary>
    private void Differences(
        Span<double> point, ReadOnlySpan<double> velocity, ReadOnlySpan<double> middle, Span<double> first, Span<double> cv, Span<double> cc)
    {
        double h = RelativeStep * (1 + DenseAlgebra.Norm(point)), at = 0.5 * DenseAlgebra.Dot(middle, velocity);
        using var scratch = new Scratch(3 * _d);
        Span<double> ahead = scratch.Take(_d), behind = scratch.Take(_d), bend = scratch.Take(_d);
        for (int k = 0; k < _d; k++)
        {
            double up = MomentumAt(point, k, k, h, velocity, ahead), down = MomentumAt(point, k, k, -h, velocity, behind);
            first[k] = (up - down) / (2 * h);
            bend[k] = up + down - (2 * at);
            cc[(k * _d) + k] = bend[k] / (h * h);
            for (int j = 0; j < _d; j++) cv[(k * _d) + j] = (ahead[j] - behind[j]) / (2 * h);
        }
        for (int k = 0; k < _d; k++)
        {
            for (int l = 0; l < k; l++)
            {
                double both = MomentumAt(point, k, l, h, velocity, ahead) + MomentumAt(point, k, l, -h, velocity, behind) - (2 * at);
                cc[(k * _d) + l] = cc[(l * _d) + k] = (both - bend[k] - bend[l]) / (2 * h * h);
            }
        }
    }

    /// <summary>Writes G v at the point moved by h along axis k, and along axis l if that is another; returns ½vᵀG v.</summary>
    private double MomentumAt(Span<double> point, int k, int l, double h, ReadOnlySpan<double> velocity, Span<double> momentum)
    {
        using var scratch = new Scratch(_d + (_d * _d));
        Span<double> moved = scratch.Take(_d), G = scratch.Take(_d * _d);
        point.CopyTo(moved);
        moved[k] += h;
        if (l != k) moved[l] += h;
        metric.Evaluate(moved, G);
        DenseAlgebra.TimesVector(G, velocity, momentum);
        return 0.5 * DenseAlgebra.Dot(momentum, velocity);
    }

    private void Place(HermiteNodes nodes, int segment, double s, Span<double> point, Span<double> velocity)
    {
        nodes.InElement(segment, CubicHermite.At(s), point);
        nodes.InElement(segment, CubicHermite.SlopeAt(s), velocity);
        for (int i = 0; i < _d; i++) velocity[i] *= segments;
    }
}
