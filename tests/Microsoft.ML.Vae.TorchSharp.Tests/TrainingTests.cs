using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Core.Tests.Kernels;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>Whole trainings, their models and files.</summary>
public sealed class TrainingTests
{
    // Two trainings of 300 steps whose engines round differently: their models differ by rounding that training has enlarged.
    private const double BetweenTrainings = 0.02;

    private static readonly VaeArchitecture Architecture = VaeArchitecture.Mirrored(6, 2, 16);

    [Fact]
    public void A_model_scores_the_same_whoever_trained_it()
    {
        using var folder = new TemporaryFolder();
        var rows = Rows();
        VaeModel torch = Train(rows, TorchSharpEngine.Factory), managed = Train(rows, ManagedEngine.Factory);
        VaeModelFile.Save(torch, folder.File("torch.vae"));
        double[] scores = Scores(torch, rows), expected = Scores(managed, rows);
        Assert.Equal(scores, Scores(VaeModelFile.Load(folder.File("torch.vae")), rows));
        for (int r = 0; r < scores.Length; r++) Assert.InRange(scores[r] - expected[r], -BetweenTrainings * (1 + expected[r]), BetweenTrainings * (1 + expected[r]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits() =>
        Assert.Equal(Train(Rows(), TorchSharpEngine.Factory).Parameters.Values, Train(Rows(), TorchSharpEngine.Factory).Parameters.Values);

    [Fact]
    public void A_saved_state_continues_with_the_same_bits()
    {
        var problem = new EngineProblem(9, 2, [20], [20], 50, BernoulliLikelihood.Instance, Activation.Relu, Bound.Split, weighted: false);
        using var first = problem.Create(TorchSharpEngine.Factory, 1);
        using var second = problem.Create(TorchSharpEngine.Factory, 1);
        problem.Steps(first, 5, 1);
        second.Load(first.Save());
        Assert.Equal(problem.Steps(first, 5, 1), problem.Steps(second, 5, 1));
        Assert.Equal(first.Save().Parameters, second.Save().Parameters);
    }

    [Fact]
    public void Learned_variances_stay_above_their_floor()
    {
        var architecture = Architecture with { Likelihood = GaussianLikelihood.WithLearnedVariance(0.9) };
        var trained = Train(Rows(), TorchSharpEngine.Factory, architecture).LikelihoodParameters.ToArray();
        Assert.All(trained, v => Assert.True(v >= architecture.Likelihood.ParameterFloor));
        Assert.Contains(architecture.Likelihood.ParameterFloor, trained);
    }

    private static VaeModel Train(IRowSource rows, ITrainingEngineFactory engine, VaeArchitecture? architecture = null)
    {
        var options = new TrainingOptions { Steps = 300, BatchSize = 64, Seed = 3 };
        var result = new Trainer(architecture ?? Architecture, options, engine).Train(rows, control: new TrainingControl { Threads = 1 });
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        return new VaeModel(architecture ?? Architecture, result.Parameters, 1);
    }

    private static double[] Scores(VaeModel model, MatrixRows rows)
    {
        var scorer = new VaeScorer(model, rows.RowCount, LossEstimator.Default);
        scorer.Score(rows.ToArray(), rows.RowCount, VaeOutputs.Loss);
        return [.. scorer.Loss[..rows.RowCount]];
    }

    // Six features of two causes, so that there is something to learn.
    private static MatrixRows Rows()
    {
        const int Count = 500;
        float[] causes = TestModels.Normals(2 * Count, 1), noise = TestModels.Normals(6 * Count, 2);
        var x = new float[6 * Count];
        for (int i = 0; i < x.Length; i++) x[i] = causes[(2 * (i / 6)) + (i % 2)] + (0.3f * noise[i]);
        return new MatrixRows(x, 6);
    }
}
