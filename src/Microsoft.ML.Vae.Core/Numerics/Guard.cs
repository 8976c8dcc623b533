namespace Microsoft.ML.Vae.Core;

/// <summary>Checks of numbers at the public boundary.</summary>
internal static class Guard
{
    /// <summary>The value itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0, infinite, or no number.</exception>
    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a positive number.");
}
