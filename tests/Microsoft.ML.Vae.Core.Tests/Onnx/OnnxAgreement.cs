namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>What ONNX Runtime says of rows against the managed scorer.</summary>
internal static class OnnxAgreement
{
    // Both run the networks in single precision but sum in another order; the worst of all cases here is near a tenth of it.
    private const double Relative = 1e-4;

    // A term far below its row's score carries the rounding of that score's scale.
    private const double ShareOfScore = 1e-6;

    // Scores this close to a calibration score or to the threshold may fall on its other side.
    private const double Boundary = 1e-6;

    /// <summary>Every output that the file was asked for.</summary>
    public static void Check(AnomalyModel model, float[] rows, OnnxTools.Scored theirs)
    {
        var ours = OnnxCases.Score(model, rows);
        int count = ours.Score.Length;
        Assert.Equal([count, 1], theirs.Shapes["score"]);
        Assert.Equal([count, model.Vae.FeatureCount], theirs.Shapes["feature_contributions"]);
        float[] scale = [.. Enumerable.Range(0, count).Select(r => Magnitude(ours.FeatureContributions, r, count) + Magnitude(ours.LatentContributions, r, count))];
        AssertClose("score", ours.Score, theirs["score"], scale);
        AssertClose("log_density", ours.LogDensity, theirs["log_density"], scale);
        AssertClose("feature_contributions", ours.FeatureContributions, theirs["feature_contributions"], scale);
        AssertClose("latent_contributions", ours.LatentContributions, theirs["latent_contributions"], scale);
        if (model.Bank is not null)
        {
            AssertClose("neighbour_contributions", ours.NeighbourContributions, theirs["neighbour_contributions"], scale);
            Assert.Equal(ours.NearestRows.Select(b => (double)b), theirs["nearest_rows"]);
        }
        AssertClose("reconstruction", ours.Reconstruction, theirs["reconstruction"], null);
        AssertClose("latent", ours.Latent, theirs["latent"], null);
        AssertClose("latent_log_variance", ours.LogVariance, theirs["latent_log_variance"], null);
        for (int r = 0; r < count; r++)
        {
            // The count is exact for the score that was counted…
            Assert.Equal(model.Calibration.PValue((float)theirs["score"][r]), theirs["p_value"][r]);
            Assert.Equal(theirs["score"][r] > model.Threshold ? 1.0 : 0.0, theirs["is_anomaly"][r]);
            // … and equal to ours, except where rounding moved the score across a calibration score.
            if (!model.Calibration.Scores.Any(s => Near(s, ours.Score[r]))) Assert.Equal(ours.PValue[r], theirs["p_value"][r]);
            if (!Near(model.Threshold, ours.Score[r])) Assert.Equal(ours.Decision[r], theirs["is_anomaly"][r]);
        }
    }

    // Terms of both signs may cancel in a score: their magnitudes say how far it may round.
    private static float Magnitude(float[] table, int row, int rows) => table.AsSpan(row * (table.Length / rows), table.Length / rows).ToArray().Sum(Math.Abs);

    private static bool Near(float a, float b) => Math.Abs(a - b) <= Boundary * Math.Max(1, Math.Abs(b));

    private static void AssertClose(string name, float[] ours, double[] theirs, float[]? scores)
    {
        Assert.Equal(ours.Length, theirs.Length);
        int columns = scores is null ? 1 : ours.Length / scores.Length;
        for (int i = 0; i < ours.Length; i++)
        {
            if (float.IsNaN(ours[i]) || Math.Abs(ours[i]) == float.MaxValue)
            {
                Assert.True(((double)ours[i]).Equals(theirs[i]), $"{name}[{i}]: {ours[i]} here, {theirs[i]} there");
                continue;
            }
            double floor = scores is null ? 1 : ShareOfScore * scores[i / columns] / Relative;
            double error = Math.Abs(ours[i] - theirs[i]) / Math.Max(Math.Abs((double)ours[i]), floor);
            Assert.True(error <= Relative, $"{name}[{i}]: {ours[i]} here, {theirs[i]} there");
        }
    }
}
