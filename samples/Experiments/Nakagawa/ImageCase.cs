namespace Experiments.Nakagawa;

/// <summary>A set of images, a loss and a network.</summary>
internal sealed record ImageCase(string Name, string Title, string Set, double Beta, bool IsSplit, bool IsConvolutional, bool IsShown, Func<int, Likelihood> LikelihoodOf)
{
    private const int BatchSize = 64;

    public static IReadOnlyList<ImageCase> All(Study study)
    {
        Likelihood Square(int side) => SquaredErrorLikelihood.Unweighted;
        ImageCase[] usual =
        [
            new("mnist-square", "MNIST, squared error", "mnist", 0.5, false, false, true, Square),
            new("mnist-split", "MNIST, squared error, split loss", "mnist", 0.5, true, false, false, Square),
            new("mnist-bernoulli", "MNIST, Bernoulli", "mnist", 1, false, false, false, _ => BernoulliLikelihood.Instance),
            new("fashion-square", "Fashion-MNIST, squared error, convolutions", "fashion-mnist", 0.5, false, true, false, Square),
            new("olivetti-square", "Olivetti, squared error", "olivetti", 1, false, false, true, Square),
        ];
        return study.Size == StudySize.Full ? [.. usual, new("olivetti-ssim", "Olivetti, 1 − SSIM, split loss", "olivetti", 1e-3, true, true, true, side => new SsimLikelihood(Shape.Image(side, side)))] : usual;
    }

    public ImageSet Images(Study study) => Set == "olivetti" && !study.IsTiny ? ImageSet.Read(study.Data, "olivetti-faces") : ImageSet.Load(study, Set).Train;

    /// <summary>Of training.</summary>
    public static int Steps(Study study) => study.Pick(20, 2500, 50_000);

    public VaeModel Train(Study study)
    {
        var images = Images(study);
        int latents = study.Pick(4, 32, 64), steps = Steps(study);
        var likelihood = LikelihoodOf(images.Side);
        var architecture = IsConvolutional
            ? VaeArchitecture.Convolutional(Shape.Image(images.Side, images.Side), latents, study.Pick<int[]>([4], [16, 32], [32, 64]), Activation.Tanh, likelihood)
            : VaeArchitecture.Mirrored(images.PixelCount, latents, study.Pick<int[]>([20], [256, 256], [1024, 256]), Activation.Tanh, likelihood);
        var options = new TrainingOptions
        {
            Steps = steps,
            BatchSize = BatchSize,
            KlWeight = Beta,
            Bound = IsSplit ? Bound.Split : Bound.Evidence,
            LearningRate = 1e-3,
            Schedule = LearningRateSchedule.Cosine,
            ValidationInterval = steps,
            Seed = 1,
        };
        return new VaeModel(architecture, new Trainer(architecture, options).Train(images.Rows).Parameters, Beta, bound: options.Bound);
    }
}
