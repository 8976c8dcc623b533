namespace Experiments.Chen;

/// <summary>The paper's models: tanh networks with two latents or three, trained by the importance-weighted bound.</summary>
internal static class ImportanceWeightedModel
{
    public static VaeModel Train(MatrixRows rows, int latents, IReadOnlyList<int> widths, Likelihood likelihood, int draws, int steps, int batchSize, int seed)
    {
        var architecture = VaeArchitecture.Mirrored(rows.FeatureCount, latents, widths, Activation.Tanh, likelihood);
        var options = new TrainingOptions
        {
            Bound = Bound.ImportanceWeighted(draws),
            Steps = steps,
            BatchSize = batchSize,
            LearningRate = 1e-3,
            Schedule = LearningRateSchedule.Cosine,
            ValidationInterval = steps,
            Seed = seed,
        };
        return new VaeModel(architecture, new Trainer(architecture, options).Train(rows).Parameters, options.KlWeight, bound: options.Bound);
    }

    /// <summary>Posterior means of raw rows, [n, d].</summary>
    public static double[] Encode(VaeModel model, IRowSource rows) => Array.ConvertAll(PosteriorTable.Of(model, rows).Mean, v => (double)v);
}
