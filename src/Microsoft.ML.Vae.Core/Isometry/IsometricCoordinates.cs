using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>The coordinates y in which the decoder is an isometry: dyⱼ/dμⱼ = √(β/2)/σⱼ (Nakagawa et al. 2021, theorem 4).</summary>
/// <remarks>σⱼ is taken as a function of μⱼ: its mean reciprocal within quantile bins of μⱼ is integrated to a monotone, piecewise linear map.
/// Unit: that of the loss metric (for a squared error: of the scaled features). The mean over the fitted rows is 0.</remarks>
public sealed class IsometricCoordinates
{
    // Enough to follow a profile, few enough that each bin averages over many rows.
    private const int MaximumBins = 64, MinimumRowsPerBin = 8;

    private readonly float[][] _knots, _values;

    /// <summary>Wraps the knots μ, strictly increasing, and their coordinates y, per latent; at least two each.</summary>
    /// <exception cref="ArgumentException">Numbers of knots and coordinates differ, or they are too few, not finite, or out of order.</exception>
    public IsometricCoordinates(IReadOnlyList<float[]> knots, IReadOnlyList<float[]> values)
    {
        (_knots, _values) = ([.. knots], [.. values]);
        if (_knots.Length != _values.Length || !_knots.Zip(_values, IsLine).All(isLine => isLine))
            throw new ArgumentException("Expected for each latent at least two increasing knots and as many coordinates, all finite.", nameof(knots));
    }

    /// <summary>n.</summary>
    public int LatentDimension => _knots.Length;

    /// <summary>Knots μ per latent.</summary>
    public IReadOnlyList<float[]> Knots => _knots;

    /// <summary>Coordinates y at the knots, per latent.</summary>
    public IReadOnlyList<float[]> Values => _values;

    /// <summary>yⱼ at a posterior mean μⱼ; beyond the fitted range it continues with the end bins' slope.</summary>
    public float this[int latent, float mean]
    {
        get
        {
            var (knots, values) = (_knots[latent], _values[latent]);
            if (float.IsNaN(mean)) return float.NaN;
            int found = Array.BinarySearch(knots, mean);
            int b = Math.Clamp((found >= 0 ? found : ~found) - 1, 0, knots.Length - 2);
            double slope = ((double)values[b + 1] - values[b]) / ((double)knots[b + 1] - knots[b]);
            return (float)(values[b] + (slope * ((double)mean - knots[b])));
        }
    }

    /// <summary>Writes the coordinates of the first latents in <paramref name="order"/>, as many as <paramref name="coordinates"/> holds.</summary>
    public void Project(ReadOnlySpan<float> mean, IReadOnlyList<int> order, Span<float> coordinates)
    {
        for (int k = 0; k < coordinates.Length; k++) coordinates[k] = this[order[k], mean[order[k]]];
    }

    /// <summary>Learns the map from posteriors, [rows, n] each; rows that are not finite are left out.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public static IsometricCoordinates Fit(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, int latentDimension, double klWeight)
    {
        int[] rows = FiniteRows(mean, logVariance, latentDimension);
        if (rows.Length == 0) throw new ArgumentException("Isometric coordinates need at least one row.", nameof(mean));
        var (knots, values) = (new float[latentDimension][], new float[latentDimension][]);
        for (int j = 0; j < latentDimension; j++)
        {
            var (mu, inverse) = (new float[rows.Length], new double[rows.Length]);
            for (int i = 0; i < rows.Length; i++)
                (mu[i], inverse[i]) = (mean[(rows[i] * latentDimension) + j], Math.Exp(-0.5 * logVariance[(rows[i] * latentDimension) + j]));
            Array.Sort(mu, inverse);
            (knots[j], values[j]) = Integrate(mu, inverse, Math.Sqrt(klWeight / 2));
            Centre(knots[j], values[j], mu);
        }
        return new IsometricCoordinates(knots, values);
    }

    private static bool IsLine(float[] knots, float[] values) => knots.Length >= 2 && knots.Length == values.Length
        && TensorPrimitives.IsFiniteAll<float>(knots) && TensorPrimitives.IsFiniteAll<float>(values) && knots.Zip(knots.Skip(1)).All(pair => pair.First < pair.Second);

    private static int[] FiniteRows(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, int n)
    {
        var rows = new List<int>();
        for (int r = 0; r < mean.Length / n; r++)
            if (TensorPrimitives.IsFiniteAll(mean.Slice(r * n, n)) && TensorPrimitives.IsFiniteAll(logVariance.Slice(r * n, n))) rows.Add(r);
        return [.. rows];
    }

    private static (float[] Knots, float[] Values) Integrate(float[] mu, double[] inverse, double factor)
    {
        int rows = mu.Length, bins = Math.Clamp(rows / MinimumRowsPerBin, 1, MaximumBins);
        var (knots, values) = (new List<float> { mu[0] }, new List<float> { 0f });
        double y = 0;
        for (int b = 0; b < bins; b++)
        {
            int from = (int)((long)rows * b / bins), to = (int)((long)rows * (b + 1) / bins);
            float end = mu[Math.Min(to, rows - 1)];
            if (end <= knots[^1]) continue;
            y += factor * inverse.AsSpan(from, to - from).ToArray().Average() * (end - knots[^1]);
            knots.Add(end);
            values.Add((float)y);
        }
        if (knots.Count == 1)
        {
            knots.Add(Math.Max(knots[0] + 1f, MathF.BitIncrement(knots[0])));
            values.Add((float)(factor * inverse.Average() * (knots[1] - knots[0])));
        }
        return ([.. knots], [.. values]);
    }

    private static void Centre(float[] knots, float[] values, float[] means)
    {
        var line = new IsometricCoordinates([knots], [values]);
        float centre = (float)means.Average(m => (double)line[0, m]);
        for (int k = 0; k < values.Length; k++) values[k] -= centre;
    }
}
