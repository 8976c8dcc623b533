using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>Checks of shapes at the public boundary.</summary>
internal static class Guard
{
    public static void Length(ReadOnlySpan<double> span, int expected, string name)
    {
        if (span.Length != expected) Throw(span.Length, expected, name);
    }

    public static void Finite(ReadOnlySpan<double> span, [CallerArgumentExpression(nameof(span))] string name = "")
    {
        foreach (double value in span)
        {
            if (!double.IsFinite(value)) throw new ArgumentException($"Expected finite coordinates, got {value}.", name);
        }
    }

    [DoesNotReturn]
    private static void Throw(int actual, int expected, string name) =>
        throw new ArgumentException($"Expected {expected} values, got {actual}.", name);
}
