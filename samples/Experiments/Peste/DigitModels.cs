namespace Experiments.Peste;

/// <summary>VAEs on MNIST: 784-200-200-k ReLU networks with Bernoulli pixels, trained by Rényi bounds.</summary>
internal sealed class DigitModels
{
    public const int Draws = 10, MainLatents = 30;

    private readonly Study _study;
    private readonly Lazy<(ImageSet Train, ImageSet Test)> _images;

    public DigitModels(Study study)
    {
        (_study, Epochs) = (study, study.Pick(1, 3, 1000));
        _images = new(() => ImageSet.Load(study, "mnist"));
    }

    /// <summary>Orders of the bound; 1 is the evidence bound.</summary>
    public static readonly double[] Orders = [1, 0.75, 0.5, 0.25, 0];

    /// <summary>Latents beside the main ones.</summary>
    public static readonly int[] MoreLatents = [40, 50];

    public int Epochs { get; }

    public ImageSet Train => _images.Value.Train;

    public ImageSet Test => _images.Value.Test;

    /// <summary>A model trained by the bound of order α.</summary>
    public VaeModel Renyi(double alpha, int latents, int seed) => Trained($"mnist-{alpha}-{latents}-{Epochs}", latents, seed, alpha switch
    {
        1 => Bound.EvidenceOf(Draws),
        0 => Bound.ImportanceWeighted(Draws),
        _ => Bound.Renyi(alpha, Draws),
    }, Epochs);

    /// <summary>A model trained by the evidence bound with its divergence in closed form, for so many epochs.</summary>
    public VaeModel Evidence(int latents, int epochs, int seed) => Trained($"mnist-elbo-{latents}-{epochs}", latents, seed, Bound.Evidence, epochs);

    private VaeModel Trained(string name, int latents, int seed, Bound bound, int epochs) => _study.Model(name, seed, () =>
    {
        const int BatchSize = 100;
        int steps = Math.Max(1, epochs * Train.Count / BatchSize);
        int[] widths = _study.Pick<int[]>([20, 20], [200, 200], [200, 200]);
        var architecture = VaeArchitecture.Mirrored(Train.PixelCount, latents, widths, Activation.Relu, BernoulliLikelihood.Instance);
        var options = new TrainingOptions { Bound = bound, Steps = steps, BatchSize = BatchSize, LearningRate = 1e-3, Schedule = LearningRateSchedule.Cosine, FinalRateFraction = 0.1, ValidationInterval = steps, Seed = seed };
        return new VaeModel(architecture, new Trainer(architecture, options).Train(Train.Rows).Parameters, options.KlWeight, bound: bound);
    });
}
