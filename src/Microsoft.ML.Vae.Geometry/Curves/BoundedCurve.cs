namespace Microsoft.ML.Vae.Geometry;

/// <summary>A curve network bent so that it meets two points, by one of the two boundary formulas. Points pass together as they do in the network.</summary>
internal sealed class BoundedCurve(CurveNetwork network, double[] start, double[] end, BoundaryFormula boundary)
{
    private const int Together = CurveNetwork.Together;

    // Both ends, and padding.
    private static readonly double[] Ends = [0, 1, .. new double[Together - 2]];

    private readonly int _d = start.Length;

    // The network's values at both ends, and the gradient with respect to them, [d, 16].
    private readonly double[] _atEnds = new double[start.Length * Together], _byEnds = new double[start.Length * Together];

    // The network at the times last evaluated, [d, 16], and gradients with respect to that; of no use in the lanes of the padding.
    private readonly double[] _raw = new double[start.Length * Together], _rawSlope = new double[start.Length * Together];
    private readonly double[] _byRaw = new double[start.Length * Together], _byRawSlope = new double[start.Length * Together];
    private readonly double[] _times = new double[Together];

    public CurveNetwork Network => network;

    public int Dimension => _d;

    /// <summary>Evaluates the network at both ends, for the current weights; call before <see cref="Evaluate"/>.</summary>
    public void Prepare()
    {
        network.Evaluate(Ends, _atEnds, _rawSlope);
        Array.Clear(_byEnds);
        Array.Clear(network.Gradient);
    }

    /// <summary>Writes c and c′ at n ≤ 16 times, each [n, d].</summary>
    public void Evaluate(ReadOnlySpan<double> times, Span<double> points, Span<double> velocities)
    {
        Array.Clear(_times);
        times.CopyTo(_times);
        network.Evaluate(_times, _raw, _rawSlope);
        for (int at = 0; at < times.Length * _d; at++)
        {
            (int p, int i) = (at / _d, at % _d);
            (double t, double raw, double slope) = (times[p], _raw[(i * Together) + p], _rawSlope[(i * Together) + p]);
            (points[at], velocities[at]) = boundary switch
            {
                BoundaryFormula.Additive => (
                    ((1 - t) * (start[i] - AtStart(i))) + (t * (end[i] - AtEnd(i))) + raw,
                    end[i] - start[i] + slope + AtStart(i) - AtEnd(i)),
                BoundaryFormula.Affine => (start[i] + (Stretch(i) * (raw - AtStart(i))), Stretch(i) * slope),
            };
        }
    }

    /// <summary>Adds, for the times last evaluated, what ∂/∂c and ∂/∂c′ contribute, each [n, d].</summary>
    public void Backward(ReadOnlySpan<double> byPoints, ReadOnlySpan<double> byVelocities)
    {
        Array.Clear(_byRaw);
        Array.Clear(_byRawSlope);
        for (int at = 0; at < byPoints.Length; at++)
        {
            (int p, int i) = (at / _d, at % _d);
            int raw = (i * Together) + p;
            (_byRaw[raw], _byRawSlope[raw]) = boundary switch
            {
                BoundaryFormula.Additive => BackwardAdditive(i, _times[p], byPoints[at], byVelocities[at]),
                BoundaryFormula.Affine => BackwardAffine(i, raw, byPoints[at], byVelocities[at]),
            };
        }
        network.Backward(_byRaw, _byRawSlope);
    }

    /// <summary>Carries what the ends have gathered back through the network.</summary>
    public void Finish()
    {
        network.Evaluate(Ends, _atEnds, _rawSlope);
        Array.Clear(_byRawSlope);
        network.Backward(_byEnds, _byRawSlope);
    }

    public LatentCurve ToCurve(int knots)
    {
        double[] times = [.. Enumerable.Range(0, knots).Select(k => k / (knots - 1.0))], positions = new double[knots * _d], velocities = new double[knots * _d];
        Prepare();
        for (int first = 0; first < knots; first += Together)
        {
            int count = Math.Min(Together, knots - first);
            Evaluate(times.AsSpan(first, count), positions.AsSpan(first * _d), velocities.AsSpan(first * _d));
        }
        return HermiteCurves.Cubic(times, positions, velocities);
    }

    private (double ByRaw, double ByRawSlope) BackwardAdditive(int i, double t, double byPoint, double byVelocity)
    {
        _byEnds[i * Together] += byVelocity - ((1 - t) * byPoint);
        _byEnds[(i * Together) + 1] -= byVelocity + (t * byPoint);
        return (byPoint, byVelocity);
    }

    private (double ByRaw, double ByRawSlope) BackwardAffine(int i, int raw, double byPoint, double byVelocity)
    {
        double stretch = Stretch(i), byStretch = (byPoint * (_raw[raw] - AtStart(i))) + (byVelocity * _rawSlope[raw]);
        double perDifference = byStretch * stretch / (AtEnd(i) - AtStart(i));
        _byEnds[i * Together] += perDifference - (stretch * byPoint);
        _byEnds[(i * Together) + 1] -= perDifference;
        return (stretch * byPoint, stretch * byVelocity);
    }

    private double AtStart(int i) => _atEnds[i * Together];

    private double AtEnd(int i) => _atEnds[(i * Together) + 1];

    /// <summary>A = (z₁ − z₀)/(ẑ(1) − ẑ(0)).</summary>
    private double Stretch(int i) => (end[i] - start[i]) / (AtEnd(i) - AtStart(i));
}
