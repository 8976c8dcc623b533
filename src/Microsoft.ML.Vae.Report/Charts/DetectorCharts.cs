using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>The charts of a detector, ready made.</summary>
public static class DetectorCharts
{
    // Scores at or below it are as normal as can be; the logarithmic axis needs an end.
    internal const double LeastScore = 1e-3;

    private const int Bins = 60;

    /// <summary>How the loss fell during training, of training batches and of held-out rows. What lies far above the rest leaves the picture.</summary>
    public static Chart LearningCurve(IReadOnlyList<TrainingProgress> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var held = history.Where(h => h.ValidationLoss is not null).ToArray();
        double[] losses = [.. history.Select(h => h.TrainingLoss).Concat(held.Select(h => h.ValidationLoss!.Value)).Where(double.IsFinite).Order()];
        // The first lines fall from far above and would flatten all that matters.
        double high = losses.Length == 0 ? 1 : losses[(int)(0.9 * (losses.Length - 1))], low = losses.FirstOrDefault();
        var training = new LineMark([.. history.Select(h => (double)h.Step)], [.. history.Select(h => h.TrainingLoss)]) { Name = "training batches", Colour = 6, Thickness = 1 };
        var heldOut = new LineMark([.. held.Select(h => (double)h.Step)], [.. held.Select(h => h.ValidationLoss!.Value)]) { Name = "held-out rows" };
        return new Chart
        {
            Title = "Learning",
            Description = history.Count == 0 ? "No training history." : FormattableString.Invariant($"Loss of a row by training step: {history[0].TrainingLoss:G4} at first, {history[^1].TrainingLoss:G4} nats after {history[^1].Step} steps{(held.Length > 0 ? FormattableString.Invariant($"; of held-out rows {held.Min(h => h.ValidationLoss):G4} at best") : "")}."),
            X = new Axis("training step") { Low = 0, IsRounded = false },
            Y = new Axis("loss of a row (−ELBO), nats") { Low = high > low ? low - (0.05 * (high - low)) : null, High = high > low ? high + (0.1 * (high - low)) : null },
            Marks = [training, heldOut],
        };
    }

    /// <summary>How the scores of normal rows and anomalies differ, as shares of each class, and where the threshold lies.</summary>
    /// <param name="scores">Higher = more anomalous; NaN is left out.</param>
    /// <param name="isAnomaly">Labels; all false where there are none.</param>
    /// <param name="threshold">Above it rows are flagged; +∞: none is.</param>
    public static Chart ScoreHistogram(IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, float threshold)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(isAnomaly);
        double[] shown = [.. scores.Where(s => !float.IsNaN(s)).Select(s => Math.Max(s, LeastScore))];
        double low = shown.DefaultIfEmpty(LeastScore).Min(), high = Math.Max(shown.DefaultIfEmpty(1).Max(), low * 1.01);
        double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => low * Math.Pow(high / low, i / (double)Bins))];
        long[] normal = new long[Bins], anomalous = new long[Bins];
        for (int i = 0; i < scores.Count; i++)
            if (!float.IsNaN(scores[i])) (isAnomaly[i] ? anomalous : normal)[Math.Clamp((int)(Math.Log(Math.Max(scores[i], LeastScore) / low) / Math.Log(high / low) * Bins), 0, Bins - 1)]++;
        return ScoreHistogram(edges, normal, anomalous, threshold);
    }

    /// <summary>The same from counts in bins.</summary>
    /// <param name="edges">Ends of the bins, increasing and above 0, [k + 1].</param>
    /// <param name="normal">Normal rows, or all where there are no labels, [k].</param>
    /// <param name="anomalous">Anomalies, [k].</param>
    /// <param name="threshold">Above it rows are flagged; +∞: none is.</param>
    public static Chart ScoreHistogram(IReadOnlyList<double> edges, IReadOnlyList<long> normal, IReadOnlyList<long> anomalous, float threshold)
    {
        long normals = normal.Sum(), anomalies = anomalous.Sum();
        var rows = new BarMark(edges, Shares(normal, normals)) { Name = anomalies > 0 ? FormattableString.Invariant($"normal ({normals:N0})") : null };
        var marks = new List<Mark> { rows };
        if (anomalies > 0) marks.Add(new BarMark(edges, Shares(anomalous, anomalies)) { Name = FormattableString.Invariant($"anomalous ({anomalies:N0})"), Colour = 1 });
        if (float.IsFinite(threshold)) marks.Add(new RuleMark(Math.Max(threshold, LeastScore), "threshold"));
        return new Chart
        {
            Title = "Scores",
            Description = FormattableString.Invariant($"Histogram of the scores of {normals:N0} {(anomalies > 0 ? FormattableString.Invariant($"normal rows and {anomalies:N0} anomalies") : "rows")} between {edges[0]:G3} and {edges[^1]:G3} nats; the threshold lies at {threshold:G4}."),
            X = new Axis("score, nats (to the right: more anomalous)") { Scale = AxisScale.Logarithmic },
            Y = new Axis(anomalies > 0 ? "share of each class, %" : "share of rows, %") { Low = 0 },
            Marks = marks,
        };
    }

    /// <summary>Promised rates against kept ones, with their intervals: a calibrated detector's points lie on the diagonal.</summary>
    /// <param name="promised">False-alarm rates, in (0, 1], increasing.</param>
    /// <param name="kept">Share of normal rows with p at most that.</param>
    /// <param name="low">Lower end of the interval of what a kept promise looks like.</param>
    /// <param name="high">Its upper end.</param>
    public static Chart Reliability(IReadOnlyList<double> promised, IReadOnlyList<double> kept, IReadOnlyList<double> low, IReadOnlyList<double> high)
    {
        ArgumentNullException.ThrowIfNull(promised);
        double least = promised[0];
        return new Chart
        {
            Title = "Reliability of p-values",
            Description = "Share of normal rows whose p-value is at most α, against α: " + string.Join("; ", promised.Zip(kept, (p, k) => FormattableString.Invariant($"{p:G2}: {k:G2}"))) + ".",
            X = new Axis("promised false-alarm rate α") { Scale = AxisScale.Logarithmic, Low = least, High = 1 },
            Y = new Axis("share of normal rows with p ≤ α") { Scale = AxisScale.Logarithmic, Low = least / 4, High = 1 },
            Marks =
            [
                new BandMark(promised, [.. low.Select(v => Math.Max(v, least / 10))], high) { Name = "95 % of kept promises", Colour = 0 },
                new LineMark([least, 1], [least, 1]) { Name = "promised", Colour = 6, IsDashed = true },
                new LineMark(promised, kept) { Colour = 1 },
                new PointMark(promised, kept) { Name = "kept", Colour = 1, Radius = 3, Opacity = 1 },
            ],
        };
    }

    private static double[] Shares(IReadOnlyList<long> counts, long total) => [.. counts.Select(c => 100.0 * c / Math.Max(1, total))];
}
