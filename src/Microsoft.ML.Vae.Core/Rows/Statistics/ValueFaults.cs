using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Counts, feature by feature, the values that are missing and those that are infinite, as rows pass.</summary>
/// <param name="m">Number of features.</param>
internal sealed class ValueFaults(int m) : IRowObserver
{
    /// <summary>Number of NaN, [m].</summary>
    public long[] Missing { get; } = new long[m];

    /// <summary>Number of ±∞, [m].</summary>
    public long[] Infinite { get; } = new long[m];

    public static int NumbersLength(int m) => 2 * m;

    public double[] ToNumbers() => [.. Missing.Concat(Infinite).Select(n => (double)n)];

    /// <summary>Adds what was counted elsewhere.</summary>
    public void Join(ReadOnlySpan<double> numbers)
    {
        for (int i = 0; i < m; i++) (Missing[i], Infinite[i]) = (Missing[i] + (long)numbers[i], Infinite[i] + (long)numbers[m + i]);
    }

    public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        if (TensorPrimitives.IsFiniteAll(features)) return;
        for (int i = 0; i < features.Length; i++)
        {
            if (float.IsNaN(features[i])) Missing[i % m]++;
            else if (float.IsInfinity(features[i])) Infinite[i % m]++;
        }
    }
}
