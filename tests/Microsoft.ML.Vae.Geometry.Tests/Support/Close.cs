namespace Microsoft.ML.Vae.Geometry.Tests.Support;

internal static class Close
{
    /// <summary>Each entry within a tolerance.</summary>
    public static void All(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }

    /// <summary>Within a tolerance relative to the expected value.</summary>
    public static void Relative(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - (tolerance * Math.Abs(expected)), expected + (tolerance * Math.Abs(expected)));

    /// <summary>Least-squares slope of log error against log step: the observed order of convergence.</summary>
    public static double Order(IReadOnlyList<double> steps, IReadOnlyList<double> errors)
    {
        double x = steps.Average(Math.Log), y = errors.Average(Math.Log);
        return steps.Zip(errors).Sum(p => (Math.Log(p.First) - x) * (Math.Log(p.Second) - y)) / steps.Sum(s => Math.Pow(Math.Log(s) - x, 2));
    }
}
