namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>The exported file, scored by a real ONNX Runtime, against the managed scorer.</summary>
public sealed class OnnxRuntimeTests(OnnxTools tools) : IClassFixture<OnnxTools>
{
    // Both run the networks in single precision but sum in another order; the worst of all cases here is near a tenth of it.
    private const double Relative = 1e-4;

    // A term far below its row's score carries the rounding of that score's scale.
    private const double ShareOfScore = 1e-6;

    // Scores this close to a calibration score or to the threshold may fall on its other side.
    private const double Boundary = 1e-6;

    private static readonly OnnxExportOptions Everything = new() { Outputs = OnnxOutputs.All };

    public static TheoryData<string, int, Activation, int> Cases()
    {
        var data = new TheoryData<string, int, Activation, int>();
        foreach (string likelihood in new[] { "SquaredError", "WeightedSquaredError", "ReciprocalSquaredError", "Gaussian", "LearnedVariance", "Bernoulli" })
            foreach (int depth in new[] { 0, 1, 3 })
                foreach (var activation in new[] { Activation.Tanh, Activation.Relu, Activation.Softplus, Activation.Sigmoid })
                    foreach (int draws in new[] { 32, 0 })
                        data.Add(likelihood, depth, activation, draws);
        return data;
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Runtime_agrees_with_managed_scorer(string likelihood, int depth, Activation activation, int draws)
    {
        var model = OnnxCases.Model(likelihood, depth, activation, draws);
        string path = tools.Export(model, Everything);
        foreach (int count in new[] { 1, 7, 1024 })
        {
            float[] rows = OnnxCases.Rows(likelihood, count);
            AssertAgrees(model, OnnxCases.Score(model, rows), tools.Score(path, rows, count));
        }
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Checker_accepts(string likelihood, int depth, Activation activation, int draws)
    {
        var model = OnnxCases.Model(likelihood, depth, activation, draws);
        Assert.Equal("ok", tools.Check(tools.Export(model, Everything)));
    }

    [SkippableTheory]
    [InlineData(OnnxOutputs.Score)]
    [InlineData(OnnxOutputs.PValue)]
    [InlineData(OnnxOutputs.Decision)]
    [InlineData(OnnxOutputs.Latent | OnnxOutputs.Reconstruction)]
    public void Checker_accepts_every_selection(OnnxOutputs outputs)
    {
        var model = OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32);
        Assert.Equal("ok", tools.Check(tools.Export(model, new OnnxExportOptions { Outputs = outputs })));
        Assert.Equal("ok", tools.Check(tools.Export(model, new OnnxExportOptions { Outputs = outputs, RequireFalseAlarmRate = true })));
    }

    private static void AssertAgrees(AnomalyModel model, ManagedResult ours, OnnxTools.Scored theirs)
    {
        int count = ours.Score.Length;
        Assert.Equal([count, 1], theirs.Shapes["score"]);
        Assert.Equal([count, OnnxCases.Features], theirs.Shapes["feature_contributions"]);
        AssertClose("score", ours.Score, theirs["score"], ours.Score);
        AssertClose("log_density", ours.LogDensity, theirs["log_density"], ours.Score);
        AssertClose("feature_contributions", ours.FeatureContributions, theirs["feature_contributions"], ours.Score);
        AssertClose("latent_contributions", ours.LatentContributions, theirs["latent_contributions"], ours.Score);
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
