namespace Microsoft.ML.Vae.Core;

/// <summary>Scalar functions that neither overflow nor cancel.</summary>
internal static class StableMath
{
    /// <summary>log 2π.</summary>
    public const double Log2Pi = 1.8378770664093454835606594728112;

    public static double Softplus(double x) => Math.Max(x, 0) + LogP1(Math.Exp(-Math.Abs(x)));

    /// <summary>log(1 + x) without loss for small x: the BCL's double.LogP1 adds the one first. Kahan's correction of the rounded sum.</summary>
    public static double LogP1(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : double.IsInfinity(sum) ? sum : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>eˣ − 1 without loss for small x: the BCL's double.ExpM1 subtracts last. Kahan's correction of the rounded power.</summary>
    public static double ExpM1(double x)
    {
        const double Vanishing = -40; // the power is lost beside the one, and near its own end its logarithm is no longer x
        if (x < Vanishing) return -1;
        double power = Math.Exp(x);
        if (power == 1) return x;
        return double.IsInfinity(power) ? power : (power - 1) * (x / Math.Log(power));
    }

    public static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /// <summary>φ(x), the standard normal density.</summary>
    public static double NormalDensity(double x) => Math.Exp(-0.5 * ((x * x) + Log2Pi));

    /// <summary>Φ(x), the standard normal distribution function; relative error 2e-16 · max(100, x²), also far below zero.</summary>
    public static double NormalCdf(double x)
    {
        const double SeriesEnd = 2; // beyond, ½ and the series cancel, and the continued fraction of the tail is exact
        if (Math.Abs(x) > SeriesEnd) return x < 0 ? Tail(-x) : 1 - Tail(x);
        double term = x, sum = x; // Σ x^{2k+1}/(1·3·5···(2k+1)): all terms of one sign
        for (int k = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); k++) sum += term *= x * x / ((2 * k) + 1);
        return 0.5 + (NormalDensity(x) * sum);
    }

    /// <summary>log Γ(x) for x > 0 (Lanczos's approximation, g = 7); error 1e-14 · max(1, |log Γ|).</summary>
    public static double LogGamma(double x)
    {
        ReadOnlySpan<double> c =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        double sum = c[0], t = x + 6.5;
        for (int k = 1; k < c.Length; k++) sum += c[k] / (x + (k - 1));
        return (0.5 * Log2Pi) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>ψ(x) = d log Γ/dx for x > 0: recurrence up to 10, then the asymptotic series; error 1e-13.</summary>
    public static double Digamma(double x)
    {
        const double Far = 10;
        double sum = 0;
        for (; x < Far; x++) sum -= 1 / x;
        double inverse = 1 / (x * x);
        return sum + Math.Log(x) - (0.5 / x) - (inverse * ((1.0 / 12) - (inverse * ((1.0 / 120) - (inverse * ((1.0 / 252) - (inverse * ((1.0 / 240) - (inverse / 132)))))))));
    }

    /// <summary>x·log x, continued by its limit 0 at x = 0.</summary>
    public static double XLogX(double x) => x > 0 ? x * Math.Log(x) : 0;

    /// <summary>The nearest finite float: a score must stay comparable, however far out its row lies. NaN stays NaN.</summary>
    public static float ToFiniteSingle(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    // 1 − Φ(x) = φ(x)/(x + 1/(x + 2/(x + 3/…))) for x well above zero.
    private static double Tail(double x)
    {
        double fraction = x;
        for (int k = 120; k > 0; k--) fraction = x + (k / fraction);
        return NormalDensity(x) / fraction;
    }
}
