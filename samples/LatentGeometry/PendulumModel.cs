using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

/// <summary>A trained VAE with two latents, the codes of its images, and the metric that its decoder pulls back, kept to the codes.</summary>
internal sealed record PendulumModel(VaeModel Vae, double[] Codes, GeodesicSolver Solver)
{
    // The images are independent draws, so that the first of them are a random sample.
    private const int CodeCount = 2000;

    // Wider than the noise: the encoder then spreads the codes evenly instead of memorising images.
    private const double Deviation = 0.3;

    public static PendulumModel Train(Pendulum data, int steps, int seed, IProgress<TrainingProgress>? progress)
    {
        var architecture = VaeArchitecture.Mirrored(Pendulum.Pixels, 2, 150, 150) with
        {
            Likelihood = GaussianLikelihood.WithVariance(Deviation * Deviation),
        };
        var options = new TrainingOptions { Steps = steps, Schedule = LearningRateSchedule.Cosine, ValidationInterval = Math.Max(1, steps / 10), Seed = seed };
        TrainingResult result = new Trainer(architecture, options).Train(new MatrixRows(data.Images, Pendulum.Pixels), control: new TrainingControl { Progress = progress });
        var vae = new VaeModel(architecture, result.Parameters, options.KlWeight);
        double[] codes = Encode(vae, data.Images.AsMemory(0, Math.Min(CodeCount * Pendulum.Pixels, data.Images.Length)));
        NetworkImmersion decoder = vae.CreateDecoderImmersion();
        return new(vae, codes, CodeGeodesics.Solver(decoder, codes)) { Decoder = decoder };
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

    /// <summary>The decoder's mean, without the factor.</summary>
    public required NetworkImmersion Decoder { get; init; }

    /// <summary>Lengths of decoded images, times a factor that is 1 on the codes and grows away from them.</summary>
    public IRiemannianMetric Metric => Solver.Metric;
}
