using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Elementary functions of whole registers. The stated errors are upper bounds over the stated domain, tested in VectorMathTests.</summary>
/// <remarks>Exp and Log: range reduction and minimax polynomials as in Cephes. Tanh: an odd rational function of degree 13/6. A NaN stays a NaN.</remarks>
internal static class VectorMath
{
    private const float Log2E = 1.44269504088896341f;

    // log 2 in two parts: the first has few bits, so that its products with small integers are exact.
    private const float Log2High = 0.693359375f, Log2Low = -2.12194440e-4f;

    /// <summary>eˣ; relative error 2e-7 on [−87, 88], held at the ends beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : unmanaged, ILanes<T>
    {
        T power = Split(x, out T fraction);
        return T.MultiplyAdd(fraction, power, power);
    }

    /// <summary>eˣ − 1 without cancellation near 0; relative error 4e-7 on [−87, 88].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpM1<T>(T x) where T : unmanaged, ILanes<T>
    {
        T power = Split(x, out T fraction);
        return T.MultiplyAdd(fraction, power, power - T.Create(1f));
    }

    /// <summary>log x for normal positive x; error 2e-7 · max(1, |log x|). NaN where x is NaN or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x) where T : unmanaged, ILanes<T>
    {
        T mantissa = T.Mantissa(x, out T exponent);
        T upper = T.GreaterThan(mantissa, T.Create(1.41421356f));
        T f = T.Select(upper, mantissa * T.Create(0.5f), mantissa) - T.Create(1f);
        exponent = T.Select(upper, exponent + T.Create(1f), exponent) + (x - x); // taken apart, a NaN is no NaN any more
        T square = f * f;
        T p = T.MultiplyAdd(f, T.Create(7.0376836292e-2f), T.Create(-1.1514610310e-1f));
        p = T.MultiplyAdd(f, p, T.Create(1.1676998740e-1f));
        p = T.MultiplyAdd(f, p, T.Create(-1.2420140846e-1f));
        p = T.MultiplyAdd(f, p, T.Create(1.4249322787e-1f));
        p = T.MultiplyAdd(f, p, T.Create(-1.6668057665e-1f));
        p = T.MultiplyAdd(f, p, T.Create(2.0000714765e-1f));
        p = T.MultiplyAdd(f, p, T.Create(-2.4999993993e-1f));
        p = T.MultiplyAdd(f, p, T.Create(3.3333331174e-1f));
        T tail = T.MultiplyAdd(exponent, T.Create(Log2Low), f * square * p);
        tail = T.MultiplyAdd(square, T.Create(-0.5f), tail);
        return T.MultiplyAdd(exponent, T.Create(Log2High), f + tail);
    }

    /// <summary>tanh x; absolute error 4e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x) where T : unmanaged, ILanes<T>
    {
        const float Saturation = 7.90531110763549805f; // tanh is 1 to single precision beyond
        x = T.Max(T.Create(-Saturation), T.Min(T.Create(Saturation), x));
        T s = x * x;
        T p = T.MultiplyAdd(s, T.Create(-2.76076847742355e-16f), T.Create(2.00018790482477e-13f));
        p = T.MultiplyAdd(s, p, T.Create(-8.60467152213735e-11f));
        p = T.MultiplyAdd(s, p, T.Create(5.12229709037114e-8f));
        p = T.MultiplyAdd(s, p, T.Create(1.48572235717979e-5f));
        p = T.MultiplyAdd(s, p, T.Create(6.37261928875436e-4f));
        p = T.MultiplyAdd(s, p, T.Create(4.89352455891786e-3f));
        T q = T.MultiplyAdd(s, T.Create(1.19825839466702e-6f), T.Create(1.18534705686654e-4f));
        q = T.MultiplyAdd(s, q, T.Create(2.26843463243900e-3f));
        q = T.MultiplyAdd(s, q, T.Create(4.89352518554385e-3f));
        return p * x * T.Reciprocal(q);
    }

    /// <summary>1/(1 + e⁻ˣ); absolute error 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x) where T : unmanaged, ILanes<T> => Sigmoid(x, out _);

    /// <summary>log(1 + eˣ); error 3e-7 · max(1, |x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softplus<T>(T x) where T : unmanaged, ILanes<T>
    {
        Sigmoid(x, out T softplus);
        return softplus;
    }

    /// <summary>Sigmoid and softplus at once: they share e^−|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x, out T softplus) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1f), zero = T.Create(0f);
        T e = Exp(zero - T.Abs(x)), denominator = one + e;
        softplus = T.Max(zero, x) + Log(denominator);
        return T.Select(T.GreaterThan(zero, x), e, one) * T.Reciprocal(denominator);
    }

    /// <summary>Φ(x), the standard normal distribution function, and its density φ(x); absolute error 3e-7 (Abramowitz and Stegun 1964, 7.1.26).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalCdf<T>(T x, out T density) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1f), zero = T.Create(0f), distance = T.Abs(x);
        T power = Exp(T.Create(-0.5f) * x * x); // φ(x) √2π
        density = power * T.Create(0.398942280f);
        T t = T.Reciprocal(T.MultiplyAdd(distance, T.Create(0.3275911f * 0.707106781f), one));
        T p = T.MultiplyAdd(t, T.Create(1.061405429f), T.Create(-1.453152027f));
        p = T.MultiplyAdd(t, p, T.Create(1.421413741f));
        p = T.MultiplyAdd(t, p, T.Create(-0.284496736f));
        p = T.MultiplyAdd(t, p, T.Create(0.254829592f));
        T tail = T.Create(0.5f) * p * t * power;
        return T.Select(T.GreaterThan(zero, x), tail, one - tail);
    }

    // eˣ = power · (1 + fraction), |x − n log 2| ≤ ½ log 2, power = 2ⁿ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Split<T>(T x, out T fraction) where T : unmanaged, ILanes<T>
    {
        x = T.Max(T.Create(-87f), T.Min(T.Create(88f), x));
        T n = T.Round(x * T.Create(Log2E));
        T r = T.SubtractProduct(n, T.Create(Log2High), x);
        r = T.SubtractProduct(n, T.Create(Log2Low), r);
        T p = T.MultiplyAdd(r, T.Create(1.9875691500e-4f), T.Create(1.3981999507e-3f));
        p = T.MultiplyAdd(r, p, T.Create(8.3334519073e-3f));
        p = T.MultiplyAdd(r, p, T.Create(4.1665795894e-2f));
        p = T.MultiplyAdd(r, p, T.Create(1.6666665459e-1f));
        p = T.MultiplyAdd(r, p, T.Create(5.0000001201e-1f));
        fraction = T.MultiplyAdd(p, r * r, r);
        return T.PowerOfTwo(n);
    }
}
