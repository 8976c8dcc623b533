using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Standard normals from counters (Philox, Box–Muller), 64 from a group of 16 counters.</summary>
/// <remarks>No product is fused with a sum, and divisions and roots are exact: every machine draws the same bits.</remarks>
internal static unsafe class NormalDeviates<T> where T : unmanaged, ILanes<T>
{
    private const int Group = 4 * Philox.Group;

    /// <summary>Fills the destination with normals 0, 1, 2 … of a key: a shorter request is a prefix of a longer one.</summary>
    public static void Fill(ulong key, ulong purpose, Span<float> destination)
    {
        float* normals = stackalloc float[Group];
        for (int i = 0; i < destination.Length; i += Group)
        {
            Philox.Words24(key, (ulong)i / 4, purpose, normals);
            BoxMuller(normals, normals + Philox.Group);
            BoxMuller(normals + (2 * Philox.Group), normals + (3 * Philox.Group));
            new ReadOnlySpan<float>(normals, Math.Min(Group, destination.Length - i)).CopyTo(destination[i..]);
        }
    }

    // In: 24-bit integers. Out: √(−2 log u) (cos, sin)(2πv); half a step keeps u above zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BoxMuller(float* first, float* second)
    {
        T step = T.Create(1f / (1 << 24)), half = T.Create(0.5f / (1 << 24));
        for (int i = 0; i < Philox.Group; i += T.Count)
        {
            T radius = T.Sqrt(T.Create(-2f) * Log((T.Load(first + i) * step) + half));
            SinCos(T.Load(second + i) * step, out T sine, out T cosine);
            T.Store(radius * cosine, first + i);
            T.Store(radius * sine, second + i);
        }
    }

    // log u for u in (0, 1): Cephes' polynomial on [√½, √2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Log(T u)
    {
        T mantissa = T.Mantissa(u, out T exponent);
        T upper = T.GreaterThan(mantissa, T.Create(1.41421356f));
        T f = T.Select(upper, mantissa * T.Create(0.5f), mantissa) - T.Create(1f);
        exponent = T.Select(upper, exponent + T.Create(1f), exponent);
        T p = (T.Create(7.0376836292e-2f) * f) - T.Create(1.1514610310e-1f);
        p = (p * f) + T.Create(1.1676998740e-1f);
        p = (p * f) - T.Create(1.2420140846e-1f);
        p = (p * f) + T.Create(1.4249322787e-1f);
        p = (p * f) - T.Create(1.6668057665e-1f);
        p = (p * f) + T.Create(2.0000714765e-1f);
        p = (p * f) - T.Create(2.4999993993e-1f);
        p = (p * f) + T.Create(3.3333331174e-1f);
        T square = f * f, tail = (p * f * square) - (T.Create(2.12194440e-4f) * exponent) - (T.Create(0.5f) * square);
        return (T.Create(0.693359375f) * exponent) + (f + tail);
    }

    // sin and cos of 2πv for v in [0, 1): v = quarter/4 + rest, polynomials on the rest, the quarter swaps and signs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCos(T v, out T sine, out T cosine)
    {
        T one = T.Create(1f), minus = T.Create(-1f);
        T quarter = T.Round(v * T.Create(4f));
        T angle = (v - (quarter * T.Create(0.25f))) * T.Create(2f * MathF.PI), square = angle * angle;
        T s = (((((T.Create(-1.9515295891e-4f) * square) + T.Create(8.3321608736e-3f)) * square) - T.Create(1.6666654611e-1f)) * square * angle) + angle;
        T c = (((((T.Create(2.443315711809948e-5f) * square) - T.Create(1.388731625493765e-3f)) * square) + T.Create(4.166664568298827e-2f)) * square * square)
            - (T.Create(0.5f) * square) + one;
        T fromHalfTurn = T.Abs(quarter - T.Create(2f)); // 2, 1, 0, 1, 2 for quarters 0 … 4
        T odd = T.Select(T.GreaterThan(fromHalfTurn, T.Create(0.5f)), T.GreaterThan(T.Create(1.5f), fromHalfTurn), T.Create(0f));
        sine = T.Select(odd, c, s) * T.Select(T.GreaterThan(quarter, T.Create(1.5f)), T.Select(T.GreaterThan(quarter, T.Create(3.5f)), one, minus), one);
        cosine = T.Select(odd, s, c) * T.Select(T.GreaterThan(quarter, T.Create(0.5f)), T.Select(T.GreaterThan(quarter, T.Create(2.5f)), one, minus), one);
    }
}
