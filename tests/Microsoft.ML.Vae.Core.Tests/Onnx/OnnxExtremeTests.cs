namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>Rows that no training saw: NaN, infinity, and finite values up to the largest single.</summary>
public sealed class OnnxExtremeTests(OnnxTools tools) : IClassFixture<OnnxTools>
{
    private static readonly OnnxExportOptions Everything = new() { Outputs = OnnxOutputs.All };

    // Of the score, or of its logarithm's scale where it is astronomically large.
    private const double Relative = 1e-4;

    public static TheoryData<string, Activation, int> Cases()
    {
        var data = new TheoryData<string, Activation, int>();
        foreach (string likelihood in new[] { "SquaredError", "WeightedSquaredError", "ReciprocalSquaredError", "Gaussian", "LearnedVariance", "Bernoulli", "StudentT", "Categorical", "Mixture" })
            foreach (var activation in new[] { Activation.Tanh, Activation.Relu, Activation.Softplus, Activation.Elu, Activation.Silu, Activation.Gelu })
                foreach (int draws in new[] { 32, 0 })
                    data.Add(likelihood, activation, draws);
        return data;
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Undefined_rows_give_nan_and_no_alarm(string likelihood, Activation activation, int draws)
    {
        var model = OnnxCases.Model(likelihood, 1, activation, draws);
        float[] bad = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        float[] rows = OnnxCases.Rows(likelihood, bad.Length + 1);
        for (int i = 0; i < bad.Length; i++) rows[(i * OnnxCases.Features) + i] = bad[i];
        var ours = OnnxCases.Score(model, rows);
        var theirs = tools.Score(tools.Export(model, Everything), rows, bad.Length + 1);
        foreach (string output in theirs.Outputs.Keys.Where(o => o != "is_anomaly"))
        {
            int columns = theirs[output].Length / (bad.Length + 1);
            Assert.All(theirs[output][..^columns], v => Assert.True(double.IsNaN(v), $"{output}: {v}"));
            Assert.All(theirs[output][^columns..], v => Assert.True(double.IsFinite(v), $"{output}: {v}"));
        }
        Assert.All(theirs["is_anomaly"][..^1], v => Assert.Equal(0.0, v));
        Assert.Equal(ours.Decision, theirs["is_anomaly"]);
        Assert.All(ours.Score[..^1], v => Assert.True(float.IsNaN(v)));
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Far_rows_score_as_here(string likelihood, Activation activation, int draws)
    {
        var model = OnnxCases.Model(likelihood, 1, activation, draws);
        float[] sizes = [1e3f, 1e10f, 1e18f, 1e20f, 1e30f, 1e38f, float.MaxValue];
        float[] rows = OnnxCases.Rows(likelihood, 2 * sizes.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            float size = sizes[i / (2 * OnnxCases.Features)];
            bool whole = i / OnnxCases.Features % 2 == 0;
            if (whole || i % OnnxCases.Features == 2) rows[i] = rows[i] < 0 ? -size : size;
        }
        var ours = OnnxCases.Score(model, rows);
        var theirs = tools.Score(tools.Export(model, Everything), rows, 2 * sizes.Length);
        Assert.All(theirs["score"], v => Assert.True(double.IsFinite(v)));
        Assert.Equal(ours.Decision, theirs["is_anomaly"]);
        Assert.Equal(ours.PValue, theirs["p_value"]);
        AssertClose("score", ours.Score, theirs["score"]);
        AssertClose("log_density", ours.LogDensity, theirs["log_density"]);
        AssertClose("feature_contributions", ours.FeatureContributions, theirs["feature_contributions"]);
        AssertClose("latent_contributions", ours.LatentContributions, theirs["latent_contributions"]);
    }

    private static void AssertClose(string name, float[] ours, double[] theirs)
    {
        for (int i = 0; i < ours.Length; i++)
        {
            if (float.IsNaN(ours[i]) && double.IsNaN(theirs[i])) continue;
            double error = Math.Abs(ours[i] - theirs[i]) / Math.Max(1, Math.Abs((double)ours[i]));
            Assert.True(error <= Relative, $"{name}[{i}]: {ours[i]} here, {theirs[i]} there");
        }
    }
}
