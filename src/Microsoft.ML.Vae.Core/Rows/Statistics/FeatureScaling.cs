using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>An affine map per feature, y = (x − offset) · factor, kept inside the model so that scores need no other file.</summary>
public sealed class FeatureScaling
{
    private readonly float[] _offsets, _factors;

    /// <summary>Takes copies.</summary>
    /// <exception cref="ArgumentException">Lengths differ, a number is not finite, or a factor is 0.</exception>
    public FeatureScaling(ReadOnlySpan<float> offsets, ReadOnlySpan<float> factors)
    {
        if (offsets.Length != factors.Length) throw new ArgumentException($"{offsets.Length} offsets but {factors.Length} factors.", nameof(factors));
        if (!TensorPrimitives.IsFiniteAll(offsets) || !TensorPrimitives.IsFiniteAll(factors) || factors.Contains(0f)) throw new ArgumentException("Expected finite numbers, and no factor of 0.", nameof(factors));
        (_offsets, _factors) = (offsets.ToArray(), factors.ToArray());
    }

    /// <summary>What is subtracted, in the feature's unit; [m].</summary>
    public ReadOnlySpan<float> Offsets => _offsets;

    /// <summary>What the difference is multiplied by; [m].</summary>
    public ReadOnlySpan<float> Factors => _factors;

    /// <summary>Changes nothing.</summary>
    public static FeatureScaling Identity(int featureCount)
    {
        var factors = new float[featureCount];
        Array.Fill(factors, 1f);
        return new FeatureScaling(new float[featureCount], factors);
    }

    /// <summary>Learns the map in one pass over the rows.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FeatureScaling Fit(ScalingKind kind, IRowSource rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return kind == ScalingKind.None ? Identity(rows.FeatureCount) : Fit(kind, ColumnStatistics.Of(rows, cancellation));
    }

    /// <summary>Takes the map from statistics of the training rows.</summary>
    /// <param name="kind">How.</param>
    /// <param name="statistics">Of the raw rows.</param>
    /// <param name="isScaled">Which features; null: all.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static FeatureScaling Fit(ScalingKind kind, ColumnStatistics statistics, IReadOnlyList<bool>? isScaled = null)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var scaling = kind switch
        {
            ScalingKind.None => Identity(statistics.Mean.Length),
            ScalingKind.Standardize => From(statistics.Mean, statistics.StandardDeviation),
            ScalingKind.MinMax => From([.. statistics.Minimum.Zip(statistics.Observed, (a, n) => n == 0 ? 0 : a)], [.. statistics.Maximum.Zip(statistics.Minimum, (a, b) => a - b)]),
        };
        for (int i = 0; i < isScaled?.Count; i++)
            if (!isScaled[i]) (scaling._offsets[i], scaling._factors[i]) = (0, 1);
        return scaling;
    }

    /// <summary>Scales rows in place; [rows, m].</summary>
    public void Apply(Span<float> rows)
    {
        int m = _offsets.Length;
        for (int i = 0, f = 0; i < rows.Length; i++, f = f + 1 == m ? 0 : f + 1) rows[i] = (rows[i] - _offsets[f]) * _factors[f];
    }

    /// <summary>Undoes <see cref="Apply"/> in place; [rows, m].</summary>
    public void Undo(Span<float> rows)
    {
        int m = _offsets.Length;
        for (int i = 0, f = 0; i < rows.Length; i++, f = f + 1 == m ? 0 : f + 1) rows[i] = (rows[i] / _factors[f]) + _offsets[f];
    }

    /// <summary>The same rows, scaled as they are read.</summary>
    /// <param name="rows">Raw rows.</param>
    /// <param name="isUnit">Features whose values that a min-max scaling leaves outside [0, 1], as of held-out rows, are brought back to the nearest end; null: none.</param>
    public IRowSource Scale(IRowSource rows, IReadOnlyList<bool>? isUnit = null)
    {
        bool[]? clamped = isUnit is not null && isUnit.Contains(true) ? [.. isUnit] : null;
        return new WrappedRows(rows, reader => new ScaledReader(reader, this, clamped));
    }

    /// <summary>A spread below single-precision rounding of the values is a constant column: unit scale, or noise would be blown up to a signal.</summary>
    internal static bool IsConstant(double centre, double spread)
    {
        const double RelativeRounding = 1e-6;
        return !(spread > RelativeRounding * Math.Abs(centre) && spread > float.Epsilon);
    }

    // Where the values are so large that even their rounding exceeds one unit (seconds since 1970), that noise is brought down to one.
    private static FeatureScaling From(double[] centre, double[] spread)
    {
        var offsets = new float[centre.Length];
        var factors = new float[centre.Length];
        for (int i = 0; i < centre.Length; i++)
        {
            offsets[i] = (float)centre[i];
            factors[i] = (float)(1 / (IsConstant(centre[i], spread[i]) ? Math.Max(1, spread[i]) : spread[i]));
            if (!float.IsFinite(factors[i])) factors[i] = 1f;
        }
        return new FeatureScaling(offsets, factors);
    }

    private sealed class ScaledReader(IRowReader inner, FeatureScaling scaling, bool[]? isUnit) : IRowReader
    {
        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int count = inner.Read(features, weights, places);
            var read = features[..(count * scaling._offsets.Length)];
            scaling.Apply(read);
            if (isUnit is not null) UnitRange.Clamp(read, isUnit);
            return count;
        }

        public void Dispose() => inner.Dispose();
    }
}
