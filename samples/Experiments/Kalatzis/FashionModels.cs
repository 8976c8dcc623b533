using System.Globalization;

namespace Experiments.Kalatzis;

/// <summary>The paper's models on Fashion-MNIST: 784-300-300-d softplus networks, a Riemannian VAE and a plain one, both with a radial precision of the decoder.</summary>
internal sealed class FashionModels
{
    private const int BatchSize = 100;

    private readonly Study _study;
    private readonly Lazy<(ImageSet Train, ImageSet Test)> _images;
    private readonly int _epochs;

    public FashionModels(Study study)
    {
        (_study, _epochs) = (study, study.Pick(2, 20, 100));
        _images = new(() => ImageSet.Load(study, "fashion-mnist"));
    }

    public static readonly int[] Dimensions = [2, 5, 10];

    /// <summary>Their names.</summary>
    public static readonly string[] Parts = [.. Dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Trainings behind one dimension: two first phases and two second ones.</summary>
    public const int RunsADimension = 4;

    public ImageSet Train => _images.Value.Train;

    public ImageSet Test => _images.Value.Test;

    public int Epochs => _epochs;

    /// <summary>Names how the Riemannian ones were trained, in the names of runs.</summary>
    public string Key => $"{_epochs}-{Options.PrecisionSteps}-{Options.BoundSteps}";

    public RiemannianOptions Options => new()
    {
        Centres = _study.Pick(20, 350, 350),
        Decay = 0.01,
        PrecisionSteps = _study.Pick(30, 1500, 3000),
        BoundSteps = _study.Pick(2, 25, 6000),
        LearningRate = _study.Pick(0.04, 0.04, 0.02),
        BatchSize = BatchSize,
        Readings = BrownianReadings.Published,
    };

    /// <summary>The Riemannian VAE.</summary>
    public RiemannianVae Riemannian(int d, int seed)
    {
        var first = FirstPhase($"fashion-r-{d}", seed, RiemannianVaeTrainer.Architecture(Train.PixelCount, d, Widths, Activation.Sigmoid), 0);
        return SecondPhase($"fashion-rvae-{d}", seed, first, Options with { Seed = seed });
    }

    /// <summary>The plain VAE, its divergence's weight rising to 1, with a precision fitted afterwards.</summary>
    public RiemannianVae Plain(int d, int seed)
    {
        var architecture = RiemannianVaeTrainer.Architecture(Train.PixelCount, d, Widths, Activation.Sigmoid) with { Posterior = PosteriorForm.Diagonal };
        var first = FirstPhase($"fashion-v-{d}", seed, architecture, 1);
        return SecondPhase($"fashion-vae-{d}", seed, first, Options with { Seed = seed, BoundSteps = 0 });
    }

    private int[] Widths => _study.Pick<int[]>([30, 30], [300, 300], [300, 300]);

    private VaeModel FirstPhase(string name, int seed, VaeArchitecture architecture, double klWeight) => _study.Model($"{name}-{_epochs}", seed, () =>
    {
        int steps = _epochs * Train.Count / BatchSize;
        var options = RiemannianVaeTrainer.FirstPhase with { Steps = steps, Seed = seed, ValidationInterval = steps };
        if (klWeight > 0) options = options with { KlWeight = klWeight, KlWarmupSteps = steps };
        var result = new Trainer(architecture, options).Train(Train.Rows);
        return new VaeModel(architecture, result.Parameters, options.KlWeight);
    });

    private RiemannianVae SecondPhase(string name, int seed, VaeModel first, RiemannianOptions options) => _study.Model(
        $"{name}-{_epochs}-{options.PrecisionSteps}-{options.BoundSteps}", seed, () => new RiemannianVaeTrainer(options).Train(first, Train.Rows), RiemannianVaeFile.Save, RiemannianVaeFile.Load);
}
