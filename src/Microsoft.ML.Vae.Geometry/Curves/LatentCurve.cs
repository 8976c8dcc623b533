namespace Microsoft.ML.Vae.Geometry;

/// <summary>An immutable curve c: [0, 1] → R^d, polynomial on each of its segments.</summary>
public sealed class LatentCurve
{
    private readonly double[] _knots;
    private readonly double[] _coefficients;
    private readonly int _terms;

    /// <param name="knots">Ascending from 0 to 1, [K + 1].</param>
    /// <param name="coefficients">Of 1, s, s², … on each segment with s from 0 to 1 along it, [K, terms, d].</param>
    /// <param name="dimension">d.</param>
    internal LatentCurve(double[] knots, double[] coefficients, int dimension)
    {
        (_knots, _coefficients, Dimension) = (knots, coefficients, dimension);
        _terms = coefficients.Length / dimension / (knots.Length - 1);
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>K, the number of polynomial segments.</summary>
    public int Segments => _knots.Length - 1;

    /// <summary>The parameters at which segments meet, from 0 to 1, [K + 1].</summary>
    public ReadOnlySpan<double> Knots => _knots;

    /// <summary>The straight line from one point to another at constant latent speed.</summary>
    /// <param name="start">c(0), [d].</param>
    /// <param name="end">c(1), [d].</param>
    public static LatentCurve Line(ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        int d = start.Length;
        Guard.Length(end, d, nameof(end));
        var coefficients = new double[2 * d];
        for (int i = 0; i < d; i++) (coefficients[i], coefficients[d + i]) = (start[i], end[i] - start[i]);
        return new LatentCurve([0, 1], coefficients, d);
    }

    /// <summary>The quadratic Bézier curve.</summary>
    /// <param name="start">c(0), [d].</param>
    /// <param name="control">The point that c leaves toward and arrives from, [d].</param>
    /// <param name="end">c(1), [d].</param>
    public static LatentCurve Bezier(ReadOnlySpan<double> start, ReadOnlySpan<double> control, ReadOnlySpan<double> end)
    {
        int d = start.Length;
        Guard.Length(control, d, nameof(control));
        Guard.Length(end, d, nameof(end));
        var coefficients = new double[3 * d];
        for (int i = 0; i < d; i++)
        {
            coefficients[i] = start[i];
            coefficients[d + i] = 2 * (control[i] - start[i]);
            coefficients[(2 * d) + i] = start[i] - (2 * control[i]) + end[i];
        }
        return new LatentCurve([0, 1], coefficients, d);
    }

    /// <summary>The natural cubic spline (C², no acceleration at its ends) through points, its knots spaced as their distances.</summary>
    /// <param name="points">At least two, no two consecutive ones equal, [n, d].</param>
    /// <param name="dimension">d.</param>
    public static LatentCurve Spline(ReadOnlySpan<double> points, int dimension) => NaturalSpline.Through(points, dimension);

    /// <summary>Writes c(t).</summary>
    /// <param name="t">In [0, 1]; beyond, the end segments continue.</param>
    /// <param name="point">[d].</param>
    public void Evaluate(double t, Span<double> point) => Derivative(t, 0, point);

    /// <summary>c(t), [d].</summary>
    /// <param name="t">In [0, 1].</param>
    public double[] Evaluate(double t)
    {
        var point = new double[Dimension];
        Evaluate(t, point);
        return point;
    }

    /// <summary>Writes c′(t).</summary>
    /// <param name="t">In [0, 1].</param>
    /// <param name="velocity">[d].</param>
    public void Velocity(double t, Span<double> velocity) => Derivative(t, 1, velocity);

    /// <summary>c′(t), [d].</summary>
    /// <param name="t">In [0, 1].</param>
    public double[] Velocity(double t)
    {
        var velocity = new double[Dimension];
        Velocity(t, velocity);
        return velocity;
    }

    /// <summary>Writes c″(t); at a knot, of the segment after it.</summary>
    /// <param name="t">In [0, 1].</param>
    /// <param name="acceleration">[d].</param>
    public void Acceleration(double t, Span<double> acceleration) => Derivative(t, 2, acceleration);

    private void Derivative(double t, int order, Span<double> result)
    {
        Guard.Length(result, Dimension, nameof(result));
        int segment = SegmentAt(t), d = Dimension;
        double h = _knots[segment + 1] - _knots[segment], s = (t - _knots[segment]) / h;
        ReadOnlySpan<double> terms = _coefficients.AsSpan(segment * _terms * d, _terms * d);
        result.Clear();
        for (int p = _terms - 1; p >= order; p--)
        {
            double factor = order switch { 0 => 1, 1 => p / h, _ => p * (p - 1) / (h * h) };
            for (int i = 0; i < d; i++) result[i] = (result[i] * s) + (factor * terms[(p * d) + i]);
        }
    }

    private int SegmentAt(double t)
    {
        int found = Array.BinarySearch(_knots, t);
        return Math.Clamp(found >= 0 ? found : ~found - 1, 0, Segments - 1);
    }
}
