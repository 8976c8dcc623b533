namespace Microsoft.ML.Vae.Core;

/// <summary>Brings scaled features into [0, 1], where a Bernoulli likelihood is defined, and charges what lay beyond.</summary>
/// <remarks>A row outside the training range must not pass for normal, nor may a hair's breadth beyond it count as impossible:
/// the excess is charged as a Gaussian of deviation .03 would, the floor of a learned variance.</remarks>
internal static class UnitRange
{
    /// <summary>Charge per squared excess, nats: 1/(2 · .03²).</summary>
    public const double Charge = 0.5 / (0.03 * 0.03);

    /// <summary>Clamps the features that must lie there, in place, and writes each value's charge; 0 for the others.</summary>
    public static void Clamp(Span<float> scaled, ReadOnlySpan<bool> isUnit, Span<double> charges)
    {
        for (int i = 0; i < scaled.Length; i++)
        {
            float inside = isUnit[i % isUnit.Length] ? Math.Clamp(scaled[i], 0f, 1f) : scaled[i];
            double excess = (double)scaled[i] - inside;
            charges[i] = Charge * excess * excess;
            scaled[i] = inside;
        }
    }

    /// <summary>Clamps the features that must lie there, in place.</summary>
    public static void Clamp(Span<float> scaled, ReadOnlySpan<bool> isUnit)
    {
        for (int i = 0; i < scaled.Length; i++)
            if (isUnit[i % isUnit.Length]) scaled[i] = Math.Clamp(scaled[i], 0f, 1f);
    }
}
