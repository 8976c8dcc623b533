namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>Surfaces in R³ whose geometry is known in closed form. Second derivatives are left to differences.</summary>
internal sealed class Surface(Func<double, double, double[]> map, Func<double, double, double[]> jacobian) : IImmersion
{
    public const double TorusMajor = 2, TorusMinor = 0.7;

    public int LatentDimension => 2;

    public int AmbientDimension => 3;

    /// <summary>Unit sphere by latitude and longitude.</summary>
    public static Surface Sphere { get; } = new(
        (a, b) => [Math.Cos(a) * Math.Cos(b), Math.Cos(a) * Math.Sin(b), Math.Sin(a)],
        (a, b) =>
        [
            -Math.Sin(a) * Math.Cos(b), -Math.Cos(a) * Math.Sin(b),
            -Math.Sin(a) * Math.Sin(b), Math.Cos(a) * Math.Cos(b),
            Math.Cos(a), 0,
        ]);

    /// <summary>Torus by the angle around its tube and the angle around its axis.</summary>
    public static Surface Torus { get; } = new(
        (a, b) => [Ring(a) * Math.Cos(b), Ring(a) * Math.Sin(b), TorusMinor * Math.Sin(a)],
        (a, b) =>
        [
            -TorusMinor * Math.Sin(a) * Math.Cos(b), -Ring(a) * Math.Sin(b),
            -TorusMinor * Math.Sin(a) * Math.Sin(b), Ring(a) * Math.Cos(b),
            TorusMinor * Math.Cos(a), 0,
        ]);

    /// <summary>z = x² + y².</summary>
    public static Surface Paraboloid { get; } = new((x, y) => [x, y, (x * x) + (y * y)], (x, y) => [1, 0, 0, 1, 2 * x, 2 * y]);

    /// <summary>A sheared plane.</summary>
    public static Surface Plane { get; } = new((x, y) => [(2 * x) + y, y, 0.5 * x], (_, _) => [2, 1, 0, 1, 0.5, 0]);

    public static double SphereDistance(double[] p, double[] q)
    {
        double half = Math.Pow(Math.Sin((p[0] - q[0]) / 2), 2) + (Math.Cos(p[0]) * Math.Cos(q[0]) * Math.Pow(Math.Sin((p[1] - q[1]) / 2), 2));
        return 2 * Math.Asin(Math.Sqrt(half));
    }

    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => map(latent[0], latent[1]).CopyTo(point);

    public void Jacobian(ReadOnlySpan<double> latent, Span<double> target) => jacobian(latent[0], latent[1]).CopyTo(target);

    private static double Ring(double a) => TorusMajor + (TorusMinor * Math.Cos(a));
}
