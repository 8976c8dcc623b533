namespace Experiments.Nakagawa;

/// <summary>What a trained VAE spends and loses.</summary>
/// <param name="Beta">β.</param>
/// <param name="Distortion">E D(x, x̂).</param>
/// <param name="Rate">E KL, nats.</param>
/// <param name="Active">Latents with E[σ⁻²] above 2.</param>
/// <param name="Variances">σⱼ² D'ⱼ over β/2 of each active latent: the posterior variance of its isometric coordinate.</param>
internal sealed record RateDistortion(double Beta, double Distortion, double Rate, int Active, double[] Variances)
{
    private const int MeasuredRows = 2000;

    /// <summary>Σ σⱼ² D'ⱼ over active latents, over n_a β/2.</summary>
    public double CodingShare => Variances.Length == 0 ? double.NaN : Variances.Average();

    public static RateDistortion OfSurface(double beta, int rows, int steps)
    {
        var random = RandomStream.FromSeed(1);
        var points = new float[3 * rows];
        for (int r = 0; r < rows; r++)
        {
            double u = (2 * random.Uniform(2 * r)) - 1, v = (2 * random.Uniform((2 * r) + 1)) - 1;
            (points[3 * r], points[(3 * r) + 1], points[(3 * r) + 2]) = ((float)u, (float)v, (float)(0.3 * Math.Sin(3 * u) * Math.Cos(3 * v)));
        }
        return Of(new MatrixRows(points, 3), VaeArchitecture.Mirrored(3, 4, [64, 64], Activation.Tanh, SquaredErrorLikelihood.Unweighted), beta, steps, 256);
    }

    public static RateDistortion OfImages(ImageSet images, double beta, int steps, int latents) =>
        Of(images.Rows, VaeArchitecture.Mirrored(images.PixelCount, latents, [256, 256], Activation.Tanh, SquaredErrorLikelihood.Unweighted), beta, steps, 100);

    /// <summary>−β dKL/dD between neighbours, β their geometric mean.</summary>
    public static double[] Slopes(RateDistortion[] found) =>
        [.. found.Zip(found.Skip(1), (a, b) => -Math.Sqrt(a.Beta * b.Beta) * (b.Rate - a.Rate) / (b.Distortion - a.Distortion))];

    private static RateDistortion Of(MatrixRows rows, VaeArchitecture architecture, double beta, int steps, int batchSize)
    {
        var options = new TrainingOptions { Steps = steps, BatchSize = batchSize, KlWeight = beta, Schedule = LearningRateSchedule.Cosine, ValidationInterval = steps, Seed = 1 };
        var model = new VaeModel(architecture, new Trainer(architecture, options).Train(rows).Parameters, beta);
        int m = rows.FeatureCount, count = Math.Min(MeasuredRows, rows.RowCount);
        // The rows are independent draws, but MNIST's are drawn anew.
        var drawn = rows.Subset(RandomStream.FromSeed(2).Permutation(rows.RowCount).Take(count));
        float[] features = drawn.ToArray();
        var scorer = new VaeScorer(model, count, LossEstimator.Default);
        scorer.Score(features, count, VaeOutputs.Loss);
        double distortion = Sum(scorer.FeatureLoss) / count, rate = Sum(scorer.LatentLoss) / count / beta;
        var latents = IsometryReport.Measure(model, drawn, count).Latents.Where(l => l.IsActive).ToArray();
        return new(beta, distortion, rate, latents.Length, [.. latents.Select(l => l.NormMean)]);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double v in values) sum += v;
        return sum;
    }
}
