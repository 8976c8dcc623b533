namespace Microsoft.ML.Vae.Core;

/// <summary>Tails of the binomial law.</summary>
internal static class BinomialTail
{
    private const int Bisections = 60;

    /// <summary>P(X ≤ k), X ~ Bin(n, p).</summary>
    public static double AtMost(int k, int n, double p)
    {
        if (k >= n || p <= 0) return 1;
        if (k < 0 || p >= 1) return 0;
        double sum = 0, logFactorials = StableMath.LogGamma(n + 1.0), logP = Math.Log(p), logQ = StableMath.LogP1(-p);
        for (int i = 0; i <= k; i++)
            sum += Math.Exp(logFactorials - StableMath.LogGamma(i + 1.0) - StableMath.LogGamma(n - i + 1.0) + (i * logP) + ((n - i) * logQ));
        return Math.Min(1, sum);
    }

    /// <summary>The p at which P(X ≤ k) has sunk to a given tail: the upper bound of a share of which k in n were seen, and the 1 − tail quantile of Beta(k + 1, n − k).</summary>
    public static double UpperBound(int k, int n, double tail)
    {
        if (k >= n) return 1;
        double low = 0, high = 1;
        for (int i = 0; i < Bisections; i++)
        {
            double middle = 0.5 * (low + high);
            if (AtMost(k, n, middle) > tail) low = middle;
            else high = middle;
        }
        return high;
    }
}
