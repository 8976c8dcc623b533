namespace Microsoft.ML.Vae.Core;

/// <summary>a_x, a per-row weight of the squared error: a_x = (Offset + Slope·‖x‖²)^±1.</summary>
/// <remarks>The metric of the loss is then G_x = a_x I, and the density of x gains the factor a_x^{n/2} (Nakagawa et al. 2021).</remarks>
/// <param name="Offset">Constant part; positive.</param>
/// <param name="Slope">Factor of ‖x‖²; not negative.</param>
/// <param name="Reciprocal">True: the exponent is −1.</param>
public sealed record MetricWeight(double Offset, double Slope, bool Reciprocal)
{
    /// <summary>Constant part; positive.</summary>
    public double Offset { get; init; } = Offset > 0 && double.IsFinite(Offset) ? Offset : throw new ArgumentOutOfRangeException(nameof(Offset), Offset, "Expected a positive number.");

    /// <summary>Factor of ‖x‖²; not negative.</summary>
    public double Slope { get; init; } = Slope >= 0 && double.IsFinite(Slope) ? Slope : throw new ArgumentOutOfRangeException(nameof(Slope), Slope, "Expected a number that is not negative.");

    /// <summary>a_x = 1.</summary>
    public static MetricWeight None { get; } = new(1, 0, false);

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
