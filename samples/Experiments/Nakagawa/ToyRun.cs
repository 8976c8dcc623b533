namespace Experiments.Nakagawa;

/// <summary>One training on the toy data, measured. Latents run from the least to the most important.</summary>
/// <param name="Correlations">With the true density, of p(μ), p(μ)Πσ, a^(3/2) p(μ)Πσ, exp(−L/β), a^(3/2) exp(−L/β).</param>
/// <param name="Norms">(2/β) σⱼ² D'ⱼ, mean over rows.</param>
/// <param name="NormDeviations">Its deviation over rows.</param>
/// <param name="InverseVariances">E[σⱼ⁻²].</param>
/// <param name="LossRatio">D(x, x̆) over Σ σⱼ² D'ⱼ.</param>
/// <param name="Scale">Median of the isometric density over the true one.</param>
/// <param name="ScaleLoss">The same of exp(−L/β).</param>
/// <param name="Sample">Some rows: true density, then the five estimates, each as a share of its largest.</param>
internal sealed record ToyRun(
    double[] Correlations, double[] Norms, double[] NormDeviations, double[] InverseVariances, double LossRatio, double Scale, double ScaleLoss, double[][] Sample)
{
    public const int Estimators = 5;

    private const int Rows = 50_000, MeasuredRows = 10_000, IsometryRows = 2000, SampleRows = 1500;

    public static readonly string[] EstimatorNames = ["p(μ)", "p(μ)Πσ", "a^(3/2) p(μ)Πσ", "exp(−L/β)", "a^(3/2) exp(−L/β)"];

    /// <summary>Trains 16-128-64-3 with tanh in batches of 512, and measures.</summary>
    public static ToyRun Train(string shape, string loss, double beta, int steps, int seed)
    {
        var weight = WeightOf(loss);
        var toy = ToyData.Generate(shape, Rows, RandomStream.FromSeed(seed));
        var architecture = VaeArchitecture.Mirrored(ToyData.Dimension, ToyData.Sources, 128, 64) with { Likelihood = new SquaredErrorLikelihood(weight) };
        var options = new TrainingOptions
        {
            Steps = steps,
            Schedule = LearningRateSchedule.Cosine,
            BatchSize = 512,
            LearningRate = 2e-3,
            FinalRateFraction = 0.005,
            KlWeight = beta,
            ValidationInterval = steps,
            Seed = seed,
        };
        var result = new Trainer(architecture, options).Train(new MatrixRows(toy.Features, ToyData.Dimension), control: new TrainingControl { Threads = 1 });
        return Measure(new VaeModel(architecture, result.Parameters, beta), toy, weight);
    }

    private static MetricWeight WeightOf(string loss) => loss switch
    {
        "square" => MetricWeight.None,
        "downward" => new MetricWeight(2.0 / 3, 2.0 / 21, reciprocal: false),
        "upward" => new MetricWeight(2.0 / 3, 2.0 / 21, reciprocal: true),
        _ => throw new ArgumentException($"Unknown loss '{loss}': expected square, downward or upward."),
    };

    private static ToyRun Measure(VaeModel model, ToyData data, MetricWeight weight)
    {
        int m = model.FeatureCount, n = model.LatentDimension;
        var scorer = new VaeScorer(model, 1000, LossEstimator.Analytic);
        double[] truth = [.. data.LogDensity.Take(MeasuredRows).Select(Math.Exp)];
        double[][] estimates = [.. Enumerable.Range(0, Estimators).Select(_ => new double[MeasuredRows])];
        double transform = 0, distortion = 0;
        for (int from = 0; from < MeasuredRows; from += scorer.MaximumRows)
        {
            var rows = data.Features.AsSpan(from * m, scorer.MaximumRows * m);
            scorer.Score(rows, scorer.MaximumRows, VaeOutputs.Loss | VaeOutputs.Reconstruction);
            for (int r = 0; r < scorer.MaximumRows; r++)
            {
                ReadOnlySpan<float> x = rows.Slice(r * m, m), mean = scorer.Mean.Slice(r * n, n), logVariance = scorer.LogVariance.Slice(r * n, n);
                double a = weight.At(x), toInput = 0.5 * n * Math.Log(a);
                double posterior = IsometricDensity.FromPosterior(mean, logVariance, model.KlWeight), fromLoss = IsometricDensity.FromLoss(scorer.Loss[r], n, model.KlWeight);
                double[] logs = [IsometricDensity.PriorAtMean(mean), posterior, posterior + toInput, fromLoss, fromLoss + toInput];
                for (int e = 0; e < Estimators; e++) estimates[e][from + r] = Math.Exp(logs[e]);
                for (int i = 0; i < m; i++) transform += a * Math.Pow(x[i] - scorer.Reconstruction[(r * m) + i], 2);
                foreach (double term in scorer.FeatureLoss.Slice(r * m, m)) distortion += term;
            }
        }
        return Summarise(model, data, truth, estimates, transform / (distortion - transform));
    }

    private static ToyRun Summarise(VaeModel model, ToyData data, double[] truth, double[][] estimates, double lossRatio)
    {
        var report = IsometryReport.Measure(model, new MatrixRows(data.Features, model.FeatureCount), IsometryRows);
        var latents = report.Latents.OrderBy(l => l.InverseVariance).ToArray();
        var largest = estimates.Prepend(truth).Select(e => e.Max()).ToArray();
        return new ToyRun(
            [.. estimates.Select(e => Statistics.Correlation(truth, e))], [.. latents.Select(l => l.NormMean)], [.. latents.Select(l => l.NormDeviation)], [.. latents.Select(l => l.InverseVariance)],
            lossRatio, MedianRatio(estimates[2], truth), MedianRatio(estimates[4], truth),
            [.. Enumerable.Range(0, SampleRows).Select(r => estimates.Prepend(truth).Select((e, i) => Math.Round(e[r] / largest[i], 4)).ToArray())]);
    }

    private static double MedianRatio(double[] estimate, double[] truth) => Statistics.Median(estimate.Zip(truth, (e, t) => e / t));
}
