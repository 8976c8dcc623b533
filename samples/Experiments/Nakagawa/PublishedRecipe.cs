namespace Experiments.Nakagawa;

/// <summary>The plain VAE of the paper's anomaly table: min-max scaled rows, squared error, small tanh networks, one β for each set.</summary>
/// <remarks>Latent sizes, β and numbers of epochs are not published; these are chosen by the training loss and by the literature that the paper builds on.</remarks>
internal sealed record PublishedRecipe(IReadOnlyList<int> Widths, int Latents, double Beta, double LearningRate, int BatchSize, int Steps, int Epochs)
{
    public float[] Scores(LabelledRows train, LabelledRows test, int seed)
    {
        int m = train.FeatureCount;
        var rows = new MatrixRows(train.Features, m);
        var scaling = FeatureScaling.Fit(ScalingKind.MinMax, rows);
        float[] scaled = [.. train.Features];
        scaling.Apply(scaled);
        var architecture = VaeArchitecture.Mirrored(m, Latents, Widths, Activation.Tanh, SquaredErrorLikelihood.Unweighted);
        int steps = Steps > 0 ? Steps : Epochs * ((train.Count + BatchSize - 1) / BatchSize);
        var options = new TrainingOptions
        {
            Steps = steps,
            BatchSize = BatchSize,
            LearningRate = LearningRate,
            Schedule = LearningRateSchedule.Cosine,
            FinalRateFraction = 1,
            WarmupSteps = 0,
            KlWeight = Beta,
            InitialWeights = InitialWeights.Glorot,
            MaximumGradientNorm = double.PositiveInfinity,
            ValidationInterval = steps,
            Seed = seed,
        };
        var result = new Trainer(architecture, options).Train(new MatrixRows(scaled, m), control: new TrainingControl { Threads = 1 });
        return Losses(new VaeModel(architecture, result.Parameters, Beta, scaling), test);
    }

    private static float[] Losses(VaeModel model, LabelledRows test)
    {
        var scorer = new VaeScorer(model, 256, LossEstimator.Default);
        var scores = new float[test.Count];
        for (int from = 0, count; from < test.Count; from += count)
        {
            count = Math.Min(scorer.MaximumRows, test.Count - from);
            scorer.Score(test.Features.AsSpan(from * test.FeatureCount, count * test.FeatureCount), count, VaeOutputs.Loss);
            for (int r = 0; r < count; r++) scores[from + r] = (float)scorer.Loss[r];
        }
        return scores;
    }
}
