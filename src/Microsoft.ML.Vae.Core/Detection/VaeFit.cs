namespace Microsoft.ML.Vae.Core;

/// <summary>A fitted model with the rows that were held out from it.</summary>
/// <param name="Model">Ready to score raw rows.</param>
/// <param name="Training">How training went; check the outcome.</param>
/// <param name="HeldOut">Raw rows not trained on.</param>
public sealed record VaeFit(VaeModel Model, TrainingResult Training, IRowSource HeldOut)
{
    // Min-max scaling in single precision may end a hair above one.
    private const double ScalingRounding = 1e-6;

    /// <summary>Scales, splits, trains.</summary>
    /// <param name="rows">Raw rows without NaN or infinity.</param>
    /// <param name="options">Network, likelihood, scaling, training.</param>
    /// <param name="featureNames">Names for explanations; null: f0, f1, …</param>
    /// <param name="engines">The engine; null: the managed one.</param>
    /// <param name="control">Progress, checkpoints, cancellation.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or values that the likelihood cannot model.</exception>
    public static VaeFit Run(
        IRowSource rows, VaeFitOptions options, IReadOnlyList<string>? featureNames = null, ITrainingEngineFactory? engines = null, TrainingControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        var architecture = options.Architecture(rows.FeatureCount);
        var (kept, heldOut) = HeldOutSplit.Split(rows, options.HeldOutFraction, RandomStream.FromSeed(options.Training.Seed).Split(6));
        var scaling = FeatureScaling.Fit(options.Scaling, kept);
        CheckRange(scaling.Scale(kept), options.Likelihood);
        bool clamp = options.Likelihood is BernoulliLikelihood;
        var result = new Trainer(architecture, options.Training, engines)
            .Train(scaling.Scale(kept, clamp), options.HeldOutFraction > 0 ? scaling.Scale(heldOut, clamp) : null, control);
        return new VaeFit(new VaeModel(architecture, result.Parameters, options.Training.KlWeight, scaling, featureNames), result, heldOut);
    }

    private static void CheckRange(IRowSource rows, Likelihood likelihood)
    {
        if (likelihood is not BernoulliLikelihood) return;
        var statistics = ColumnStatistics.Of(rows);
        for (int i = 0; i < rows.FeatureCount; i++)
            if (statistics.Minimum[i] < -ScalingRounding || statistics.Maximum[i] > 1 + ScalingRounding)
                throw new InvalidOperationException(
                    $"The Bernoulli likelihood needs features in [0, 1] after scaling, but feature {i} spans [{statistics.Minimum[i]:G4}, {statistics.Maximum[i]:G4}]. "
                    + "Use ScalingKind.MinMax, or a Gaussian likelihood.");
    }
}
