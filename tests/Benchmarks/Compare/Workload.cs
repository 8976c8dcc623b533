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
    ];

    public VaeArchitecture Architecture => VaeArchitecture.Mirrored(Features, Latents, Widths, Activation, Likelihood);

    /// <summary>Floating-point operations of a step's products: forward and weight gradient everywhere, input gradient but for the first layer.</summary>
    public double FlopPerStep
    {
        get
        {
            var layout = new ParameterLayout(Architecture);
            double products = layout.Encoder.Concat(layout.Decoder).Where(l => l.Blocks.Count > 0).Sum(l => 6.0 * l.Weight.Length) - (2.0 * layout.Encoder[0].Weight.Length);
            return products * BatchSize;
        }
    }

    /// <summary>Uniform random rows, [Rows, Features].</summary>
    public float[] RandomRows()
    {
        var random = new Random(0);
        var rows = new float[Rows * Features];
        for (int i = 0; i < rows.Length; i++) rows[i] = random.NextSingle();
        return rows;
    }
}
