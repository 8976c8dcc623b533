namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A C¹ cubic on equal segments as a vector of unknowns: at each node its position and its velocity per segment, [K + 1, 2, d].
/// </summary>
internal sealed class HermiteNodes
{
    public HermiteNodes(int segments, int dimension)
    {
        (Segments, Dimension) = (segments, dimension);
        Values = new double[(segments + 1) * 2 * dimension];
    }

    public int Segments { get; }

    public int Dimension { get; }

    public double[] Values { get; }

    /// <summary>Samples a curve.</summary>
    public static HermiteNodes From(LatentCurve curve, int segments)
    {
        int d = curve.Dimension;
        var nodes = new HermiteNodes(segments, d);
        for (int k = 0; k <= segments; k++)
        {
            double t = (double)k / segments;
            Span<double> velocity = nodes.Node(k).Slice(d, d);
            curve.Evaluate(t, nodes.Node(k)[..d]);
            curve.Velocity(t, velocity);
            for (int i = 0; i < d; i++) velocity[i] /= segments;
        }
        return nodes;
    }

    /// <summary>The same curve on twice as many segments.</summary>
    public HermiteNodes Refine()
    {
        int d = Dimension;
        var fine = new HermiteNodes(2 * Segments, d);
        for (int k = 0; k <= 2 * Segments; k++)
        {
            Span<double> node = fine.Node(k);
            if (k % 2 == 0)
            {
                Node(k / 2).CopyTo(node);
            }
            else
            {
                InElement(k / 2, CubicHermite.At(0.5), node[..d]);
                InElement(k / 2, CubicHermite.SlopeAt(0.5), node[d..]);
            }
            for (int i = d; i < 2 * d; i++) node[i] *= 0.5;
        }
        return fine;
    }

    /// <summary>These nodes moved by a step.</summary>
    public HermiteNodes Moved(ReadOnlySpan<double> step)
    {
        var moved = new HermiteNodes(Segments, Dimension);
        for (int i = 0; i < Values.Length; i++) moved.Values[i] = Values[i] + step[i];
        return moved;
    }

    /// <summary>Writes Σ basis_q U_q over the four vectors of unknowns of a segment.</summary>
    public void InElement(int segment, ReadOnlySpan<double> basis, Span<double> result)
    {
        int d = Dimension;
        result.Clear();
        for (int q = 0; q < 4; q++) DenseAlgebra.AddScaled(Values.AsSpan(((2 * segment) + q) * d, d), basis[q], result);
    }

    public LatentCurve ToCurve()
    {
        int d = Dimension;
        var knots = new double[Segments + 1];
        double[] positions = new double[knots.Length * d], velocities = new double[knots.Length * d];
        for (int k = 0; k <= Segments; k++)
        {
            knots[k] = (double)k / Segments;
            for (int i = 0; i < d; i++)
            {
                positions[(k * d) + i] = Node(k)[i];
                velocities[(k * d) + i] = Node(k)[d + i] * Segments;
            }
        }
        return HermiteCurves.Cubic(knots, positions, velocities);
    }

    private Span<double> Node(int k) => Values.AsSpan(k * 2 * Dimension, 2 * Dimension);
}
