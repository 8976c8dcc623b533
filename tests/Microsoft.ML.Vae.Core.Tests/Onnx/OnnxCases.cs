using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>Small deciding models with random weights, their rows, and what the managed scorer says of them.</summary>
internal static class OnnxCases
{
    public const int Features = 5, Latents = 3;

    public static Likelihood Likelihood(string name) => name switch
    {
        "SquaredError" => SquaredErrorLikelihood.Unweighted,
        "WeightedSquaredError" => new SquaredErrorLikelihood(new MetricWeight(0.5, 0.1, false)),
        "ReciprocalSquaredError" => new SquaredErrorLikelihood(new MetricWeight(0.5, 0.1, true)),
        "Gaussian" => GaussianLikelihood.WithVariance(0.3),
        "LearnedVariance" or "Mixture" => GaussianLikelihood.LearnedVariance,
        "StudentT" => StudentTLikelihood.Default,
        "Categorical" => new CategoricalLikelihood(2, 3),
        "Bernoulli" => BernoulliLikelihood.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such case."),
    };

    /// <summary>A deciding model of any parts: random weights, features scaled where the likelihood allows it.</summary>
    public static AnomalyModel Model(VaeArchitecture architecture, int draws, float scale = 0.5f, int knownRows = 0, bool[]? isFlag = null)
    {
        int m = architecture.FeatureCount;
        bool[] isScaled = [.. Enumerable.Range(0, m).Select(i => architecture.Likelihood.SupportOf(i) == FeatureSupport.Real)];
        var scaling = new FeatureScaling([.. isScaled.Select((s, i) => s ? (0.25f * (i % 4)) - 0.5f : 0)], [.. isScaled.Select((s, i) => s ? 0.5f + (0.25f * (i % 3)) : 1)]);
        var vae = new VaeModel(architecture, TestModels.Parameters(architecture, seed: 7, scale), klWeight: 0.7, scaling);
        return AnomalyModel.Calibrate(new VaeFit(vae, null!, TestModels.Matrix(architecture, 40, seed: 1), null!) { Bank = knownRows == 0 ? null : Banks.Of(vae, Repeating(architecture, knownRows), isFlag: isFlag) }, Estimator(draws), falseAlarmRate: 0.1);
    }

    public static AnomalyModel Model(string likelihood, int depth, Activation activation, int draws, int calibrationRows = 200)
    {
        var architecture = VaeArchitecture.Mirrored(Features, Latents, [.. Enumerable.Repeat(8, depth)], activation, Likelihood(likelihood));
        if (likelihood == "Mixture") architecture = architecture with { Prior = new MixturePrior(3) };
        var scaling = IsShare(likelihood) ? FeatureScaling.Identity(Features) : new FeatureScaling([1, 0, -2, 0.5f, 0], [0.5f, 1, 2, 0.3f, 1]);
        string[] names = ["amount", "age", "país", "f3", "f4"];
        var vae = new VaeModel(architecture, TestModels.Parameters(architecture, seed: 7), klWeight: 0.7, scaling, names);
        var rows = new MatrixRows(Rows(likelihood, calibrationRows, seed: 1), Features);
        return AnomalyModel.Calibrate(new VaeFit(vae, null!, rows, null!), Estimator(draws), falseAlarmRate: 0.1);
    }

    /// <summary>8 draws are the default's balanced signs; 0: analytic.</summary>
    private static LossEstimator Estimator(int draws) => draws == LossEstimator.Default.Draws ? LossEstimator.Default : new LossEstimator(draws);

    // A constant column, one of two values, and every third row another's double.
    private static MatrixRows Repeating(VaeArchitecture architecture, int count)
    {
        float[] values = TestModels.Rows(architecture, count, seed: 3);
        int m = architecture.FeatureCount;
        for (int r = 0; r < count; r++) (values[r * m], values[(r * m) + 1]) = (0.5f, r % 2);
        for (int r = 3; r < count; r += 3) values.AsSpan((r - 3) * m, m).CopyTo(values.AsSpan(r * m));
        return new MatrixRows(values, m);
    }

    public static float[] Rows(string likelihood, int count, int seed = 2)
    {
        var rows = TestModels.Normals(count * Features, seed);
        if (IsShare(likelihood))
            for (int i = 0; i < rows.Length; i++) rows[i] = Math.Clamp(0.5f + (0.4f * rows[i]), 0, 1);
        return rows;
    }

    private static bool IsShare(string likelihood) => likelihood is "Bernoulli" or "Categorical";

    public static ManagedResult Score(AnomalyModel model, float[] rows)
    {
        int count = rows.Length / model.Vae.InputCount;
        var anomaly = new AnomalyScorer(model, count);
        var scorer = anomaly.Vae;
        anomaly.Score(rows, count, VaeOutputs.Loss | VaeOutputs.Reconstruction | VaeOutputs.Volume);
        float[] scores = [.. anomaly.Scores.ToArray().Select(VaeScorer.ToColumn)];
        return new ManagedResult(
            scores,
            [.. Enumerable.Range(0, count).Select(r => model.LogDensityOf(scorer.Loss[r], scorer.LogVolumeRatio[r]))],
            [.. scores.Select(s => model.Calibration.PValue(s))],
            [.. scores.Select(s => s > model.Threshold ? 1.0 : 0.0)],
            [.. anomaly.FeatureContributions.ToArray().Select(VaeScorer.ToColumn)],
            [.. anomaly.LatentContributions.ToArray().Select(VaeScorer.ToColumn)],
            scorer.Reconstruction.ToArray(), scorer.Mean.ToArray(), scorer.LogVariance.ToArray(), [.. anomaly.NeighbourContributions.ToArray().Select(VaeScorer.ToColumn)],
            [.. Enumerable.Range(0, count).SelectMany(r => anomaly.NearestRows(r).ToArray())]);
    }
}

/// <summary>The managed scorer's answers, row-major.</summary>
internal sealed record ManagedResult(
    float[] Score, float[] LogDensity, double[] PValue, double[] Decision, float[] FeatureContributions, float[] LatentContributions,
    float[] Reconstruction, float[] Latent, float[] LogVariance,
    float[] NeighbourContributions, int[] NearestRows);
