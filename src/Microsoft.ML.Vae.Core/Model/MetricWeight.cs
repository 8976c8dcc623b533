using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>a_x, a per-row weight of the squared error: a_x = (Offset + Slope·‖x‖²)^±1.</summary>
/// <remarks>The metric of the loss is then G_x = a_x I, and the density of x gains the factor a_x^{n/2} (Nakagawa et al. 2021).</remarks>
/// <param name="Offset">Constant part; positive.</param>
/// <param name="Slope">Factor of ‖x‖²; not negative.</param>
/// <param name="Reciprocal">True: the exponent is −1.</param>
public sealed record MetricWeight(double Offset, double Slope, bool Reciprocal)
{
    /// <summary>a_x = 1.</summary>
    public static MetricWeight None { get; } = new(1, 0, false);

    /// <summary>a_x of one row.</summary>
    public double At(ReadOnlySpan<float> x)
    {
        if (Slope == 0) return Reciprocal ? 1 / Offset : Offset;
        double weight = Offset + (Slope * TensorPrimitives.SumOfSquares(x));
        return Reciprocal ? 1 / weight : weight;
    }
}
