namespace Microsoft.ML.Vae.Core;

/// <summary>A fitted model with the rows that were held out from it.</summary>
/// <param name="Model">Ready to score raw rows.</param>
/// <param name="Training">How training went; check the outcome.</param>
/// <param name="HeldOut">Raw rows not trained on.</param>
public sealed record VaeFit(VaeModel Model, TrainingResult Training, IRowSource HeldOut)
{
    // Min-max scaling in single precision may end a hair above one.
    private const double ScalingRounding = 1e-6;

    /// <summary>Splits, scales, trains. One pass over the rows learns the scaling and their number and draws the validation rows; the others are epochs.</summary>
    /// <param name="rows">Raw rows without NaN or infinity.</param>
    /// <param name="options">Network, likelihood, scaling, training.</param>
    /// <param name="featureNames">Names for explanations; null: f0, f1, …</param>
    /// <param name="engines">The engine; null: the managed one.</param>
    /// <param name="control">Progress, checkpoints, cancellation.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or values that the likelihood cannot model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step.</exception>
    /// <exception cref="IOException">The rows could not be read, or were changed between two passes.</exception>
    public static VaeFit Run(
        IRowSource rows, VaeFitOptions options, IReadOnlyList<string>? featureNames = null, ITrainingEngineFactory? engines = null, TrainingControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        var architecture = options.Architecture(rows.FeatureCount);
        control ??= new TrainingControl();
        var split = SurveyedSplit.Of(
            rows, options.HeldOutFraction, RandomStream.FromSeed(options.Training.Seed).Split(6), options.Training.MaximumValidationRows, control.ThrowIfStopRequested);
        var scaling = FeatureScaling.Fit(options.Scaling, split.Statistics);
        CheckRange(scaling, split.Statistics, options.Likelihood);
        bool clamp = options.Likelihood is BernoulliLikelihood;
        var result = new Trainer(architecture, options.Training, engines).Train(
            scaling.Scale(split.Kept, clamp), options.HeldOutFraction > 0 ? scaling.Scale(split.Sample, clamp) : null, control with { Fingerprint = split.Fingerprint.Scaled(scaling, clamp) });
        return new VaeFit(new VaeModel(architecture, result.Parameters, options.Training.KlWeight, scaling, featureNames), result, split.HeldOut);
    }

    private static void CheckRange(FeatureScaling scaling, ColumnStatistics statistics, Likelihood likelihood)
    {
        if (likelihood is not BernoulliLikelihood) return;
        float[] minimum = [.. statistics.Minimum.Select(v => (float)v)], maximum = [.. statistics.Maximum.Select(v => (float)v)];
        scaling.Apply(minimum);
        scaling.Apply(maximum);
        for (int i = 0; i < minimum.Length; i++)
            if (minimum[i] < -ScalingRounding || maximum[i] > 1 + ScalingRounding)
                throw new InvalidOperationException(
                    $"The Bernoulli likelihood needs features in [0, 1] after scaling, but feature {i} spans [{minimum[i]:G4}, {maximum[i]:G4}]. "
                    + "Use ScalingKind.MinMax, or a Gaussian likelihood.");
    }
}
