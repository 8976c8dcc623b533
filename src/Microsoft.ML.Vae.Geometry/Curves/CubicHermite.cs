namespace Microsoft.ML.Vae.Geometry;

/// <summary>The cubic Hermite basis on [0, 1]: weights of left position, left slope, right position, right slope.</summary>
internal static class CubicHermite
{
    public static double[] At(double s) =>
        [1 - (s * s * (3 - (2 * s))), s * (1 - s) * (1 - s), s * s * (3 - (2 * s)), s * s * (s - 1)];

    public static double[] SlopeAt(double s) =>
        [6 * s * (s - 1), (1 - s) * (1 - (3 * s)), 6 * s * (1 - s), s * ((3 * s) - 2)];

    public static double[] CurvatureAt(double s) => [(12 * s) - 6, (6 * s) - 4, 6 - (12 * s), (6 * s) - 2];
}
