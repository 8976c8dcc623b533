namespace Microsoft.ML.Vae.Geometry;

/// <summary>A curve network bent so that it meets two points, by one of the two boundary formulas.</summary>
internal sealed class BoundedCurve(CurveNetwork network, double[] start, double[] end, BoundaryFormula boundary)
{
    private readonly int _d = start.Length;
    private readonly double[] _atStart = new double[start.Length], _atEnd = new double[start.Length], _unused = new double[start.Length];
    private readonly double[] _byStart = new double[start.Length], _byEnd = new double[start.Length], _zero = new double[start.Length];
    private readonly double[] _raw = new double[start.Length], _rawSlope = new double[start.Length];

    public CurveNetwork Network => network;

    public int Dimension => _d;

    /// <summary>Evaluates the network at both ends, for the current weights; call before <see cref="Evaluate"/>.</summary>
    public void Prepare()
    {
        network.Evaluate(0, _atStart, _unused);
        network.Evaluate(1, _atEnd, _unused);
        Array.Clear(_byStart);
        Array.Clear(_byEnd);
        Array.Clear(network.Gradient);
    }

    public void Evaluate(double t, Span<double> point, Span<double> velocity)
    {
        network.Evaluate(t, _raw, _rawSlope);
        for (int i = 0; i < _d; i++)
        {
            if (boundary == BoundaryFormula.Additive)
            {
                point[i] = ((1 - t) * (start[i] - _atStart[i])) + (t * (end[i] - _atEnd[i])) + _raw[i];
                velocity[i] = end[i] - start[i] + _rawSlope[i] + _atStart[i] - _atEnd[i];
            }
            else
            {
                point[i] = start[i] + (Stretch(i) * (_raw[i] - _atStart[i]));
                velocity[i] = Stretch(i) * _rawSlope[i];
            }
        }
    }

    /// <summary>Adds, for the t last evaluated, what ∂/∂c and ∂/∂c′ contribute.</summary>
    public void Backward(double t, ReadOnlySpan<double> byPoint, ReadOnlySpan<double> byVelocity)
    {
        Span<double> byRaw = stackalloc double[_d], byRawSlope = stackalloc double[_d];
        for (int i = 0; i < _d; i++)
        {
            if (boundary == BoundaryFormula.Additive)
            {
                (byRaw[i], byRawSlope[i]) = (byPoint[i], byVelocity[i]);
                _byStart[i] += byVelocity[i] - ((1 - t) * byPoint[i]);
                _byEnd[i] -= byVelocity[i] + (t * byPoint[i]);
            }
            else
            {
                double stretch = Stretch(i), byStretch = (byPoint[i] * (_raw[i] - _atStart[i])) + (byVelocity[i] * _rawSlope[i]);
                (byRaw[i], byRawSlope[i]) = (stretch * byPoint[i], stretch * byVelocity[i]);
                double perDifference = byStretch * stretch / (_atEnd[i] - _atStart[i]);
                _byStart[i] += perDifference - (stretch * byPoint[i]);
                _byEnd[i] -= perDifference;
            }
        }
        network.Backward(t, byRaw, byRawSlope);
    }

    /// <summary>Carries what the ends have gathered back through the network.</summary>
    public void Finish()
    {
        network.Evaluate(0, _raw, _rawSlope);
        network.Backward(0, _byStart, _zero);
        network.Evaluate(1, _raw, _rawSlope);
        network.Backward(1, _byEnd, _zero);
    }

    public LatentCurve ToCurve(int knots)
    {
        var times = new double[knots];
        double[] positions = new double[knots * _d], velocities = new double[knots * _d];
        Prepare();
        for (int k = 0; k < knots; k++)
        {
            times[k] = k / (knots - 1.0);
            Evaluate(times[k], positions.AsSpan(k * _d, _d), velocities.AsSpan(k * _d, _d));
        }
        return HermiteCurves.Cubic(times, positions, velocities);
    }

    /// <summary>A = (z₁ − z₀)/(ẑ(1) − ẑ(0)).</summary>
    private double Stretch(int i) => (end[i] - start[i]) / (_atEnd[i] - _atStart[i]);
}
