using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Products of a matrix with sixteen vectors at once. What belongs to one coordinate of all of them, its lanes, is one row: [coordinates, 16]. Sums run in registers, in one order.
/// </summary>
internal static class Lanes
{
    public const int Count = 16;

    private const int Step = 4;

    /// <summary>y = W x, W: [outputs, inputs], its rows from <paramref name="weight"/> on; each y starts from its bias, none is zero.</summary>
    public static void Multiply(ReadOnlySpan<double> weight, ReadOnlySpan<double> bias, ReadOnlySpan<double> x, Span<double> y)
    {
        int inputs = x.Length / Count;
        for (int o = 0; o < y.Length / Count; o++) Combine(weight[(o * inputs)..], 1, inputs, bias.IsEmpty ? 0 : bias[o], x, y.Slice(o * Count, Count));
    }

    /// <summary>x = Wᵀ y, W: [outputs, inputs].</summary>
    public static void MultiplyTransposed(ReadOnlySpan<double> weight, ReadOnlySpan<double> y, Span<double> x)
    {
        int inputs = x.Length / Count;
        for (int i = 0; i < inputs; i++) Combine(weight[i..], inputs, y.Length / Count, 0, y, x.Slice(i * Count, Count));
    }

    /// <summary>G += Σ over lanes of y xᵀ + y′ x′ᵀ, G: [outputs, inputs].</summary>
    public static void AddOuter(ReadOnlySpan<double> y, ReadOnlySpan<double> ySlope, ReadOnlySpan<double> x, ReadOnlySpan<double> xSlope, Span<double> gradient)
    {
        int inputs = x.Length / Count;
        for (int o = 0; o < y.Length / Count; o++)
        {
            ReadOnlySpan<Vector256<double>> left = Vectors(y.Slice(o * Count, Count)), leftSlope = Vectors(ySlope.Slice(o * Count, Count));
            (Vector256<double> a0, Vector256<double> a1, Vector256<double> a2, Vector256<double> a3) = (left[0], left[1], left[2], left[3]);
            (Vector256<double> b0, Vector256<double> b1, Vector256<double> b2, Vector256<double> b3) = (leftSlope[0], leftSlope[1], leftSlope[2], leftSlope[3]);
            ReadOnlySpan<Vector256<double>> right = Vectors(x), rightSlope = Vectors(xSlope);
            Span<double> row = gradient.Slice(o * inputs, inputs);
            for (int i = 0; i < row.Length; i++)
            {
                ReadOnlySpan<Vector256<double>> c = right.Slice(i * Step, Step), d = rightSlope.Slice(i * Step, Step);
                row[i] += Vector256.Sum((a0 * c[0]) + (a1 * c[1]) + (a2 * c[2]) + (a3 * c[3]) + (b0 * d[0]) + (b1 * d[1]) + (b2 * d[2]) + (b3 * d[3]));
            }
        }
    }

    /// <summary>sum = start + Σ_k w[k · stride] rows[k].</summary>
    private static void Combine(ReadOnlySpan<double> weights, int stride, int count, double start, ReadOnlySpan<double> rows, Span<double> sum)
    {
        ReadOnlySpan<Vector256<double>> x = Vectors(rows);
        Vector256<double> s0 = Vector256.Create(start), s1 = s0, s2 = s0, s3 = s0;
        for (int k = 0, at = 0; k < count; k++, at += stride)
        {
            var w = Vector256.Create(weights[at]);
            ReadOnlySpan<Vector256<double>> row = x.Slice(k * Step, Step);
            s0 += w * row[0];
            s1 += w * row[1];
            s2 += w * row[2];
            s3 += w * row[3];
        }
        Span<Vector256<double>> result = MemoryMarshal.Cast<double, Vector256<double>>(sum);
        (result[0], result[1], result[2], result[3]) = (s0, s1, s2, s3);
    }

    private static ReadOnlySpan<Vector256<double>> Vectors(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);
}
