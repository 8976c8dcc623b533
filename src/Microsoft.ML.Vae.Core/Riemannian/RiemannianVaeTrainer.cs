using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>Trains a Riemannian VAE in two phases: a VAE without divergence, whose codes then lie as far apart as they like; then, with its encoder and mean held, the decoder's precision and the Brownian prior by the bound.</summary>
/// <remarks>Kalatzis, Eklund, Arvanitidis, Hauberg 2020. The first phase is any training of an isotropic posterior: <see cref="Architecture"/> and <see cref="FirstPhase"/> are theirs.</remarks>
public sealed class RiemannianVaeTrainer
{
    // Draws that k-means sees: it is for a bandwidth's worth of precision.
    private const int MaximumCodes = 20_000, KMeansRounds = 30, RowsPerCentre = 5;

    // Numbers without a meaning of their own: streams of random numbers.
    private const ulong CodeStream = 1, BatchStream = 2;

    private readonly RiemannianOptions _options;

    /// <summary>Prepares a training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RiemannianVaeTrainer(RiemannianOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
    }

    /// <summary>Options of a first phase without divergence: its weight is too small to matter, since zero has no posterior.</summary>
    public static TrainingOptions FirstPhase { get; } = new()
    {
        KlWeight = 1e-9,
        BatchSize = 100,
        LearningRate = 1e-3,
        Schedule = LearningRateSchedule.Cosine,
        FinalRateFraction = 1,
        WarmupSteps = 0,
        MaximumGradientNorm = double.PositiveInfinity,
    };

    /// <summary>A softplus network with one posterior variance a row and unit noise.</summary>
    /// <param name="featureCount">m.</param>
    /// <param name="latentDimension">d.</param>
    /// <param name="widths">Hidden widths of the encoder; the decoder mirrors them.</param>
    /// <param name="output">Of the decoder's last layer: sigmoid for features in [0, 1].</param>
    public static VaeArchitecture Architecture(int featureCount, int latentDimension, IReadOnlyList<int> widths, Activation output = Activation.Linear) =>
        VaeArchitecture.Dense(featureCount, latentDimension, widths, [.. widths.Reverse()], Activation.Softplus, GaussianLikelihood.WithVariance(1), output) with { Posterior = PosteriorForm.Isotropic };

    /// <summary>The second phase.</summary>
    /// <param name="vae">A trained VAE; with steps of the whole bound, of an isotropic posterior. Features are outputs one by one.</param>
    /// <param name="rows">Raw rows without missing values.</param>
    /// <param name="control">Progress, told of every hundredth part, and cancellation, looked at between steps; there are no checkpoints.</param>
    /// <exception cref="ArgumentException">The posterior is not isotropic, the likelihood has other outputs than one a feature, the VAE watches for gaps, or rows have other features than it.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, one has a missing value or infinity, or the loss stopped being a number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RiemannianVae Train(VaeModel vae, IRowSource rows, TrainingControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(rows);
        Check(vae, rows);
        rows = CompleteRows.Of(rows, vae.FeatureNames, what => new InvalidOperationException(what));
        var random = RandomStream.FromSeed(_options.Seed);
        double[] codes = Codes(vae, rows, random.Split(CodeStream));
        int d = vae.LatentDimension, D = vae.FeatureCount, K = Math.Clamp(codes.Length / d / RowsPerCentre, 1, _options.Centres);
        // W, c, μ_p, ln t_p: the weights start at softplus(0), the duration at 1.
        var parameters = new double[(D * K) + (K * d) + d + 1];
        var clusters = KMeans.Fit(codes, d, K, _options.Seed, KMeansRounds);
        clusters.Centres.CopyTo(parameters, D * K);
        Means(codes, d).CopyTo(parameters, (D * K) + (K * d));
        var precision = new RbfPrecision(D, d, _options.Decay ?? Decay(codes, clusters, d), _options.Floor, parameters.AsMemory(0, D * K), parameters.AsMemory(D * K, K * d));
        var history = Run(vae, rows, precision, parameters, random.Split(BatchStream), control ?? new TrainingControl());
        return new RiemannianVae(vae, precision.ToScale(), parameters.AsSpan((D * K) + (K * d), d), Math.Exp(parameters[^1]), _options) { History = history };
    }

    private void Check(VaeModel vae, IRowSource rows)
    {
        if (vae.Watched.Count > 0)
            throw new ArgumentException($"The VAE watches for gaps ({nameof(VaeFitOptions.IncludeMissingness)}), and missing values are not taken here: train it without.", nameof(vae));
        if (rows.FeatureCount != vae.FeatureCount)
            throw new ArgumentException($"Expected rows of {vae.FeatureCount} features, got {rows.FeatureCount}.", nameof(rows));
        if (_options.BoundSteps > 0 && vae.Architecture.Posterior != PosteriorForm.Isotropic)
            throw new ArgumentException($"The bound of a Brownian prior needs one variance a row: expected {nameof(PosteriorForm)}.{nameof(PosteriorForm.Isotropic)}, got {vae.Architecture.Posterior}. Train the VAE with it, or take no {nameof(RiemannianOptions.BoundSteps)}.", nameof(vae));
        if (vae.Architecture.Likelihood.OutputCount(vae.FeatureCount) != vae.FeatureCount)
            throw new ArgumentException($"Expected a decoder with one output a feature, got the {vae.Architecture.Likelihood.Name} likelihood with {vae.Architecture.Likelihood.OutputCount(vae.FeatureCount)} of {vae.FeatureCount} features.", nameof(vae));
    }

    private List<TrainingProgress> Run(VaeModel vae, IRowSource rows, RbfPrecision precision, double[] parameters, RandomStream random, TrainingControl control)
    {
        int d = vae.LatentDimension, steps = _options.PrecisionSteps + _options.BoundSteps, every = Math.Max(1, steps / 100);
        using var batches = new BatchSequence(vae.Scaling.Scale(rows), d, _options.BatchSize, random, default);
        using var batch = new RiemannianBatch(vae, precision, _options, _options.BatchSize);
        var (adam, gradient, history) = (new DoubleAdam(parameters.Length, _options.LearningRate), new double[parameters.Length], new List<TrainingProgress>());
        var priorMean = parameters.AsMemory(parameters.Length - d - 1, d);
        double loss = 0, divergence = 0;
        for (int step = 0, summed = 0; step < steps; step++)
        {
            control.ThrowIfStopRequested();
            bool isWhole = step >= _options.PrecisionSteps;
            var drawn = batches.Next();
            batch.Load(drawn.Features.Span, drawn.Noise.Span, drawn.Count);
            Array.Clear(gradient);
            batch.Measure(drawn.Features, drawn.Count, isWhole ? priorMean : default, Math.Exp(parameters[^1]), gradient);
            adam.Step(parameters, gradient);
            precision.Pack();
            double mean = Mean(batch, drawn.Count, _options.Readings.Divergence);
            if (!double.IsFinite(mean))
                throw new InvalidOperationException($"The loss is {mean} at step {step + 1} of the second phase: scale the features, or lower {nameof(RiemannianOptions.LearningRate)} ({_options.LearningRate:G3}).");
            (loss, divergence, summed) = (loss + mean, divergence + batch.Divergence.Take(drawn.Count).Average(), summed + 1);
            if ((step + 1) % every > 0 && step + 1 < steps) continue;
            history.Add(new TrainingProgress(step + 1, steps, batches.Place.Epoch, loss / summed, divergence / summed, null, _options.LearningRate));
            control.Progress?.Report(history[^1]);
            (loss, divergence, summed) = (0, 0, 0);
        }
        return history;
    }

    private static double Mean(RiemannianBatch batch, int count, DivergenceSign sign)
    {
        double sum = 0;
        for (int r = 0; r < count; r++) sum += RiemannianScorer.LossOf(batch.NegativeLogLikelihood[r], batch.Divergence[r], sign);
        return sum / count;
    }

    // Draws of the posterior, one a row.
    private double[] Codes(VaeModel vae, IRowSource rows, RandomStream random)
    {
        var posterior = PosteriorTable.Of(vae, rows, MaximumCodes);
        if (posterior.Rows == 0) throw new InvalidOperationException("Training set has 0 instances, aborting training.");
        if (posterior.Mean.Any(m => !float.IsFinite(m))) throw new InvalidOperationException("A row has a value so large that its code is no number: drop such rows.");
        var noise = new float[posterior.Mean.Length];
        random.Normals(noise);
        return [.. posterior.Mean.Select((m, i) => m + (Math.Sqrt(Math.Clamp(Math.Exp(posterior.LogVariance[i]), _options.MinimumVariance, _options.MaximumVariance)) * noise[i]))];
    }

    private static double Decay(double[] codes, KMeans clusters, int d)
    {
        const double Width = 1.25, SmallestDistance = 1e-6;
        double distance = clusters.Labels.Select((c, r) => Math.Sqrt(Enumerable.Range(0, d).Sum(j => Math.Pow(codes[(r * d) + j] - clusters.Centres[(c * d) + j], 2)))).Average();
        return 0.5 / Math.Pow(Width * Math.Max(distance, SmallestDistance), 2);
    }

    private static double[] Means(double[] codes, int d) => [.. Enumerable.Range(0, d).Select(j => Enumerable.Range(0, codes.Length / d).Average(r => codes[(r * d) + j]))];
}
