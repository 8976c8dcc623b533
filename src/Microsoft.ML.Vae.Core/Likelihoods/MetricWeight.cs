namespace Microsoft.ML.Vae.Core;

/// <summary>a_x, a per-row weight of the squared error: a_x = (Offset + Slope·‖x‖²)^±1.</summary>
/// <remarks>The metric of the loss is then G_x = a_x I, and the density of x gains the factor a_x^{n/2} (Nakagawa et al. 2021).</remarks>
public sealed record MetricWeight
{
    private readonly double _offset, _slope;

    /// <summary>Checks the numbers.</summary>
    /// <param name="offset">Constant part; positive.</param>
    /// <param name="slope">Factor of ‖x‖²; not negative.</param>
    /// <param name="reciprocal">True: the exponent is −1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MetricWeight(double offset, double slope, bool reciprocal) => (Offset, Slope, Reciprocal) = (offset, slope, reciprocal);

    /// <summary>a_x = 1.</summary>
    public static MetricWeight None { get; } = new(1, 0, false);

    /// <summary>Constant part; positive.</summary>
    public double Offset
    {
        get => _offset;
        init => _offset = Guard.Positive(value, nameof(Offset));
    }

    /// <summary>Factor of ‖x‖²; not negative.</summary>
    public double Slope
    {
        get => _slope;
        init => _slope = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Slope), value, "Expected a number that is not negative.");
    }

    /// <summary>True: the exponent is −1.</summary>
    public bool Reciprocal { get; init; }

    /// <summary>a_x of one row; positive and finite for every finite row.</summary>
    public double At(ReadOnlySpan<float> x)
    {
        double squares = 0;
        if (Slope != 0)
            foreach (float v in x) squares += (double)v * v;
        double weight = Offset + (Slope * squares);
        return Reciprocal ? 1 / weight : weight;
    }
}
