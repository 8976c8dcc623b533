using Microsoft.ML.Vae.Core;

/// <summary>Rows on a 3-dimensional plane in R^16 whose density is known exactly: x = Σ sᵢ vᵢ with orthonormal vᵢ, p(x) = p(s1) p(s2) p(s3).</summary>
/// <remarks>Variances 1/6, 2/3, 8/3 in every variant (Nakagawa, Kato, Suzuki 2021).</remarks>
internal sealed record ToyData(float[] Features, double[] LogDensity)
{
    public const int Dimension = 16, Sources = 3;

    public static readonly double[] Variances = [1.0 / 6, 2.0 / 3, 8.0 / 3];

    public static ToyData Generate(string shape, int rows, RandomStream random)
    {
        var directions = OrthonormalDirections(random.Split(0));
        var (features, logDensity) = (new float[rows * Dimension], new double[rows]);
        for (int r = 0; r < rows; r++)
            for (int i = 0; i < Sources; i++)
            {
                var (value, log) = Draw(ShapeOf(shape, i), Math.Sqrt(Variances[i]), random.Split((ulong)(r * Sources) + (ulong)i + 1));
                logDensity[r] += log;
                for (int f = 0; f < Dimension; f++) features[(r * Dimension) + f] += (float)(value * directions[i][f]);
            }
        return new ToyData(features, logDensity);
    }

    private static string ShapeOf(string shape, int source) => shape switch
    {
        "mix" => source switch { 0 => "triangle", 1 => "uniform", _ => "ramp" },
        "ramp" => "ramp",
        "norm" => "normal",
        _ => throw new ArgumentException($"Unknown data '{shape}': expected mix, ramp or norm."),
    };

    // One draw of standard deviation sd, and its log-density.
    private static (double Value, double LogDensity) Draw(string shape, double sd, RandomStream random)
    {
        double u = random.Uniform(0), v = random.Uniform(1);
        switch (shape)
        {
            case "triangle":
                double half = sd * Math.Sqrt(6), t = u - v;
                return (half * t, Math.Log((1 - Math.Abs(t)) / half));
            case "uniform":
                double width = sd * Math.Sqrt(12);
                return (width * (u - 0.5), -Math.Log(width));
            case "ramp":
                double length = sd * Math.Sqrt(18), root = Math.Sqrt(u);
                return (length * (root - (2.0 / 3)), Math.Log(2 * root / length));
            default:
                Span<float> normal = stackalloc float[1];
                random.Split(2).Normals(normal);
                return (sd * normal[0], -0.5 * ((normal[0] * normal[0]) + Math.Log(2 * Math.PI * sd * sd)));
        }
    }

    // Gram–Schmidt on Gaussian vectors.
    private static double[][] OrthonormalDirections(RandomStream random)
    {
        var directions = new double[Sources][];
        var normals = new float[Dimension];
        for (int i = 0; i < Sources; i++)
        {
            random.Split((ulong)i).Normals(normals);
            var v = Array.ConvertAll(normals, x => (double)x);
            foreach (var other in directions.Take(i))
            {
                double dot = v.Zip(other, (a, b) => a * b).Sum();
                v = [.. v.Zip(other, (a, b) => a - (dot * b))];
            }
            double length = Math.Sqrt(v.Sum(x => x * x));
            directions[i] = [.. v.Select(x => x / length)];
        }
        return directions;
    }
}
