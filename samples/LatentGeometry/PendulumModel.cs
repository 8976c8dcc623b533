using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

/// <summary>A trained VAE with two latents, the codes of its images, and the metric that its noisy decoder pulls back.</summary>
internal sealed record PendulumModel(VaeModel Vae, double[] Codes, PullbackMetric Metric, GeodesicSolver Solver)
{
    private const int CodeCount = 2000, GraphNodes = 100;

    // Wider than the noise: the encoder then spreads the codes evenly instead of memorising images.
    private const double Deviation = 0.3;

    // Across the circle of codes the decoder hardly changes. A floor well
    // below its change along the circle keeps geodesics definite.
    private const double MetricFloor = 1;

    // Few and wide enough for a smooth valley along the codes, narrow enough for a hill inside their circle.
    private static readonly RbfScaleOptions ScaleOptions = new() { Centres = 16, WidthFactor = 1.5, FarScale = 20 };

    public static PendulumModel Train(Pendulum data, int steps, int seed, IProgress<TrainingProgress>? progress)
    {
        var architecture = VaeArchitecture.Mirrored(Pendulum.Pixels, 2, 150, 150) with
        {
            Likelihood = GaussianLikelihood.WithVariance(Deviation * Deviation),
        };
        var options = new TrainingOptions { Steps = steps, ValidationInterval = Math.Max(1, steps / 10), Seed = seed };
        TrainingResult result = new Trainer(architecture, options).Train(new MatrixRows(data.Images, Pendulum.Pixels), control: new TrainingControl { Progress = progress });
        var vae = new VaeModel(architecture, result.Parameters, options.KlWeight);
        double[] codes = Encode(vae, data.Images.AsMemory(0, Math.Min(CodeCount * Pendulum.Pixels, data.Images.Length)));
        return WithGeometry(vae, codes, data);
    }

    /// <summary>Posterior means, [rows, 2].</summary>
    public static double[] Encode(VaeModel vae, ReadOnlyMemory<float> images) =>
        Array.ConvertAll(PosteriorTable.Of(vae, new MatrixRows(images, Pendulum.Pixels)).Mean, value => (double)value);

    /// <summary>The decoder's image of a latent point.</summary>
    public double[] Decode(ReadOnlySpan<double> latent)
    {
        var image = new double[Pendulum.Pixels];
        Decoder.Evaluate(latent, image);
        return image;
    }

    /// <summary>The decoder's mean alone, without its standard deviation.</summary>
    public required DecoderImmersion Decoder { get; init; }

    /// <summary>
    /// All pixels share one standard deviation, and D equal coordinates are isometric to one that is √D times as large: the root of the
    /// summed squared residuals. It grows away from the codes, which keeps geodesics near them.
    /// </summary>
    private static PendulumModel WithGeometry(VaeModel vae, double[] codes, Pendulum data)
    {
        DecoderImmersion decoder = vae.CreateDecoderImmersion();
        var scale = RbfScale.Fit(codes, SquaredResiduals(decoder, codes, data), 2, ScaleOptions);
        var floor = new ScaledIdentity(2, MetricFloor);
        var metric = new PullbackMetric(new StackedImmersion(new StackedImmersion(decoder, scale), floor));
        var graph = new GraphInitializer(metric, KMeans.Fit(codes, 2, GraphNodes).Centres);
        return new(vae, codes, metric, new GeodesicSolver(metric, graph: graph)) { Decoder = decoder };
    }

    private static double[] SquaredResiduals(DecoderImmersion decoder, double[] codes, Pendulum data)
    {
        var residuals = new double[codes.Length / 2];
        var mean = new double[Pendulum.Pixels];
        for (int r = 0; r < residuals.Length; r++)
        {
            decoder.Evaluate(codes.AsSpan(2 * r, 2), mean);
            for (int i = 0; i < mean.Length; i++) residuals[r] += Math.Pow(data.Images[(r * Pendulum.Pixels) + i] - mean[i], 2);
        }
        return residuals;
    }
}
