using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Detection metrics, their intervals and curves from a tally of scores.</summary>
internal static class Evaluator
{
    private const int Resamples = 200, CurvePoints = 200;
    private const double Tail = 0.025;

    /// <summary>Counts of both classes from the most anomalous bin on, and which of them are flagged.</summary>
    private sealed record Ranking(double[] Normal, double[] Anomalous, double[] FlaggedShare);

    public static EvaluationSummary? Of(ScoreTally tally, float threshold)
    {
        var bins = tally.Descending().ToArray();
        long normals = bins.Sum(b => b.Normal), anomalies = bins.Sum(b => b.Anomalous);
        if (normals == 0 || anomalies == 0) return null;
        var ranking = new Ranking([.. bins.Select(b => (double)b.Normal)], [.. bins.Select(b => (double)b.Anomalous)], [.. bins.Select(b => b.Score > threshold ? 1.0 : 0)]);
        double[][] resampled = [.. Enumerable.Range(0, Resamples).Select(s => Figures(Resampled(ranking, RandomStream.FromSeed(0).Split((ulong)s))))];
        double[] figures = Figures(ranking);
        double hits = tally.FlaggedOf(true), alarms = tally.FlaggedOf(false);
        // Of the decisions as they were taken, not of the bins.
        (figures[2], figures[3], figures[4]) = (2 * hits / (hits + alarms + anomalies), hits / (hits + alarms), hits / anomalies);
        var (roc, precisionRecall) = Curves(ranking, normals, anomalies);
        Measured Measure(int i)
        {
            double[] sorted = [.. resampled.Select(f => f[i]).Where(double.IsFinite).Order()];
            return sorted.Length == 0 ? new(figures[i], double.NaN, double.NaN) : new(figures[i], BootstrapInterval.Quantile(sorted, Tail), BootstrapInterval.Quantile(sorted, 1 - Tail));
        }
        return new EvaluationSummary(anomalies, normals, Measure(0), Measure(1), Measure(2), Measure(3), Measure(4), roc, precisionRecall);
    }

    // AUROC, average precision, F1, precision, recall: as DetectionMetrics defines them, a bin of equal scores at a time.
    private static double[] Figures(Ranking ranking)
    {
        double normals = ranking.Normal.Sum(), anomalies = ranking.Anomalous.Sum(), area = 0, average = 0, hits = 0, passed = 0, flaggedHits = 0, flagged = 0;
        for (int b = 0; b < ranking.Normal.Length; b++)
        {
            double misses = ranking.Normal[b], found = ranking.Anomalous[b];
            area += misses * (hits + (0.5 * found));
            (hits, passed) = (hits + found, passed + found + misses);
            if (found > 0) average += found / anomalies * hits / passed;
            (flaggedHits, flagged) = (flaggedHits + (ranking.FlaggedShare[b] * found), flagged + (ranking.FlaggedShare[b] * (found + misses)));
        }
        return [area / (normals * anomalies), average, 2 * flaggedHits / (flagged + anomalies), flagged > 0 ? flaggedHits / flagged : double.NaN, flaggedHits / anomalies];
    }

    // The bootstrap for counts: each bin's is Poisson around what was seen (Efron's multinomial but for the total).
    private static Ranking Resampled(Ranking ranking, RandomStream random) => ranking with { Normal = Poisson(ranking.Normal, random.Split(0)), Anomalous = Poisson(ranking.Anomalous, random.Split(1)) };

    private static double[] Poisson(double[] means, RandomStream random)
    {
        var counts = new double[means.Length];
        long draw = 0;
        do
        {
            for (int i = 0; i < means.Length; i++) counts[i] = Poisson(means[i], random, ref draw);
        }
        while (Array.TrueForAll(counts, c => c == 0));
        return counts;
    }

    private static double Poisson(double mean, RandomStream random, ref long draw)
    {
        const double Large = 50;
        if (mean == 0) return 0;
        if (mean > Large)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.Uniform(draw++))) * Math.Cos(2 * Math.PI * random.Uniform(draw++));
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * normal)));
        }
        double uniform = random.Uniform(draw++), term = Math.Exp(-mean), sum = term;
        int count = 0;
        for (; sum < uniform && term > 0; sum += term) term *= mean / ++count;
        return count;
    }

    private static (List<(double, double)> Roc, List<(double, double)> PrecisionRecall) Curves(Ranking ranking, double normals, double anomalies)
    {
        List<(double X, double Y)> roc = [(0, 0)], precisionRecall = [];
        double hits = 0, alarms = 0;
        for (int b = 0; b < ranking.Normal.Length; b++)
        {
            (hits, alarms) = (hits + ranking.Anomalous[b], alarms + ranking.Normal[b]);
            bool isLast = b == ranking.Normal.Length - 1;
            (double X, double Y) at = (alarms / normals, hits / anomalies), precise = (hits / anomalies, hits / (hits + alarms));
            if (isLast || Apart(roc[^1], at)) roc.Add(at);
            if (isLast || precisionRecall.Count == 0 || Apart(precisionRecall[^1], precise)) precisionRecall.Add(precise);
        }
        return (roc, precisionRecall);

        static bool Apart((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y) >= 1.0 / CurvePoints;
    }
}
