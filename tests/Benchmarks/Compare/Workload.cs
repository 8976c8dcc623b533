using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A network and batch that people train: tables of sensor values, small images.</summary>
internal sealed record Workload(string Name, int Features, int[] Widths, int Latents, Activation Activation, Likelihood Likelihood, int BatchSize, int Rows)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("T", 16, [128, 64], 3, Activation.Tanh, SquaredErrorLikelihood.Unweighted, 100, 20_000),
        new("T32", 16, [128, 64], 3, Activation.Tanh, SquaredErrorLikelihood.Unweighted, 32, 20_000),
        new("K", 121, [60, 30, 8], 3, Activation.Tanh, SquaredErrorLikelihood.Unweighted, 1024, 102_400),
        new("M", 784, [200, 200], 30, Activation.Relu, BernoulliLikelihood.Instance, 100, 60_000),
        new("F", 784, [300, 300], 10, Activation.Tanh, GaussianLikelihood.WithVariance(1), 100, 60_000),
        new("C", 784, [32, 64], 16, Activation.Relu, BernoulliLikelihood.Instance, 100, 20_000) { Image = Shape.Image(28, 28, 1) },
    ];

    /// <summary>Null: dense layers; else the widths are channels of strided convolutions.</summary>
    public Shape? Image { get; init; }

    public VaeArchitecture Architecture => Image is { } image
        ? VaeArchitecture.Convolutional(image, Latents, Widths, Activation, Likelihood)
        : VaeArchitecture.Mirrored(Features, Latents, Widths, Activation, Likelihood);

    /// <summary>Floating-point operations of a step's products: forward and weight gradient everywhere, input gradient but for the first layer.</summary>
    public double FlopPerStep
    {
        get
        {
            var layout = new ParameterLayout(Architecture);
            double products = layout.Encoder.Concat(layout.Decoder).Where(l => l.Blocks.Count > 0).Sum(l => 6.0 * Products(l)) - (2.0 * Products(layout.Encoder[0]));
            return products * BatchSize;
        }
    }

    // A convolution multiplies its weights once for each pixel of the smaller image.
    private static double Products(PlacedLayer layer) => layer.Weight.Length * (layer.Layer switch
    {
        Convolution => (double)layer.Output.Height * layer.Output.Width,
        TransposedConvolution => (double)layer.Input.Height * layer.Input.Width,
        _ => 1,
    });

    /// <summary>Uniform random rows, [Rows, Features].</summary>
    public float[] RandomRows()
    {
        var random = new Random(0);
        var rows = new float[Rows * Features];
        for (int i = 0; i < rows.Length; i++) rows[i] = random.NextSingle();
        return rows;
    }
}
