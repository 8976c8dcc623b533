using Microsoft.ML.Vae.Core;

/// <summary>Images of a pendulum's bob at an angle: 16 × 16 grey levels, with noise in every pixel.</summary>
/// <remarks>After Chen et al. 2018, Metrics for deep generative models.</remarks>
internal sealed record Pendulum(float[] Images, double[] Angles)
{
    public const int Side = 16, Pixels = Side * Side;
    public const double Noise = 0.05;
    private const double Length = 4.5, Radius = 2;

    /// <summary>Angles uniform on the circle.</summary>
    public static Pendulum Generate(int rows, RandomStream random)
    {
        var images = new float[rows * Pixels];
        random.Split(0).Normals(images);
        var angles = new double[rows];
        var clean = new double[Pixels];
        RandomStream turns = random.Split(1);
        for (int r = 0; r < rows; r++)
        {
            angles[r] = 2 * Math.PI * turns.Uniform(r);
            Render(angles[r], clean);
            for (int i = 0; i < Pixels; i++) images[(r * Pixels) + i] = (float)(clean[i] + (Noise * images[(r * Pixels) + i]));
        }
        return new(images, angles);
    }

    /// <summary>A round bob with soft edges at the end of an invisible rod.</summary>
    public static void Render(double angle, Span<double> image)
    {
        double centre = (Side - 1) / 2.0, bobX = centre + (Length * Math.Cos(angle)), bobY = centre - (Length * Math.Sin(angle));
        for (int i = 0; i < Pixels; i++)
        {
            double distance = double.Hypot((i % Side) - bobX, (i / Side) - bobY);
            image[i] = Math.Exp(-0.5 * Math.Pow(distance / Radius, 2));
        }
    }

    /// <summary>The angle between two pendula, in [0, π].</summary>
    public static double Between(double a, double b) => Math.Abs(Math.IEEERemainder(a - b, 2 * Math.PI));
}
