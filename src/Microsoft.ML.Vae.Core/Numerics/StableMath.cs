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
        double power = Math.Exp(x);
        if (power == 1) return x;
        return power == 0 || double.IsInfinity(power) ? power - 1 : (power - 1) * (x / Math.Log(power));
    }

    public static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /// <summary>x·log x, continued by its limit 0 at x = 0.</summary>
    public static double XLogX(double x) => x > 0 ? x * Math.Log(x) : 0;

    /// <summary>The nearest finite float: a score must stay comparable, however far out its row lies. NaN stays NaN.</summary>
    public static float ToFiniteSingle(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);
}
