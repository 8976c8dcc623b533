namespace Microsoft.ML.Vae.Core;

/// <summary>Kolmogorov and Smirnov's test of two samples. NaN counts as below every number: that values begin to be missing is a change too.</summary>
public static class KolmogorovSmirnov
{
    // e^(−2k²λ²) of the tenth term is nothing wherever the series is used.
    private const int Terms = 10;

    // Below it the probability is 1 to single precision, and the alternating series slow.
    private const double LeastArgument = 0.2;

    /// <summary>The largest difference of the two distribution functions, in [0, 1].</summary>
    /// <param name="first">Ascending, NaN first, as <see cref="Array.Sort{T}(T[])"/> leaves them.</param>
    /// <param name="second">Ascending.</param>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static double Distance(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.IsEmpty || second.IsEmpty) throw new ArgumentException("Expected two samples, one is empty.", nameof(first));
        double largest = 0;
        for (int i = 0, j = 0; i < first.Length && j < second.Length;)
        {
            // Past all that equal the lesser: ties jump together.
            float value = first[i].CompareTo(second[j]) <= 0 ? first[i] : second[j];
            while (i < first.Length && first[i].CompareTo(value) <= 0) i++;
            while (j < second.Length && second[j].CompareTo(value) <= 0) j++;
            largest = Math.Max(largest, Math.Abs(((double)i / first.Length) - ((double)j / second.Length)));
        }
        return largest;
    }

    /// <summary>P(distance at least this) where both samples come from one distribution: the asymptotic one with Stephens's correction (1970); where values repeat, it is less.</summary>
    public static double PValue(double distance, int firstCount, int secondCount)
    {
        double effective = (double)firstCount * secondCount / (firstCount + secondCount), root = Math.Sqrt(effective), x = (root + 0.12 + (0.11 / root)) * distance;
        if (x < LeastArgument) return 1;
        double sum = 0;
        for (int k = 1; k <= Terms; k++) sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        return Math.Clamp(sum, 0, 1);
    }
}
