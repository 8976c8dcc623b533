using Microsoft.ML.Vae.Core;

/// <summary>What the theory promises, measured on the toy data.</summary>
internal sealed record ToyReport(double CorrelationPrior, double CorrelationIsometric, double CorrelationLoss, double ScalePosterior, double ScaleLoss, IsometryReport Isometry, LatentImportance Importance)
{
    public static ToyReport Measure(VaeModel model, ToyData data, int rows)
    {
        int m = model.FeatureCount, n = model.LatentDimension;
        var scorer = new VaeScorer(model, 1000, LossEstimator.Analytic);
        var (truth, prior, isometric, loss) = (new double[rows], new double[rows], new double[rows], new double[rows]);
        for (int from = 0; from < rows; from += scorer.MaximumRows)
        {
            int count = Math.Min(scorer.MaximumRows, rows - from);
            scorer.Score(data.Features.AsSpan(from * m, count * m), count, VaeOutputs.Loss | VaeOutputs.Volume);
            for (int r = 0; r < count; r++)
            {
                var (mean, logVariance) = (scorer.Mean.Slice(r * n, n).ToArray(), scorer.LogVariance.Slice(r * n, n).ToArray());
                truth[from + r] = Math.Exp(data.LogDensity[from + r]);
                prior[from + r] = Math.Exp(IsometricDensity.PriorAtMean(mean));
                isometric[from + r] = Math.Exp(IsometricDensity.ToInputDensity(IsometricDensity.FromPosterior(mean, logVariance, model.KlWeight), scorer.LogVolumeRatio[r]));
                loss[from + r] = Math.Exp(IsometricDensity.ToInputDensity(IsometricDensity.FromLoss(scorer.Loss[r], n, model.KlWeight), scorer.LogVolumeRatio[r]));
            }
        }
        var posterior = PosteriorTable.Of(model, new MatrixRows(data.Features.AsMemory(0, rows * m), m));
        return new ToyReport(
            Correlation(truth, prior), Correlation(truth, isometric), Correlation(truth, loss), MedianRatio(isometric, truth), MedianRatio(loss, truth),
            IsometryReport.Measure(model, new MatrixRows(data.Features, m), 2000), LatentImportance.Of(posterior.LogVariance, n, model.KlWeight));
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double cross = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return cross / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }

    private static double MedianRatio(double[] estimate, double[] truth)
    {
        double[] ratios = [.. estimate.Zip(truth, (e, t) => e / t).Order()];
        return ratios[ratios.Length / 2];
    }
}
