using System.Diagnostics;
using Microsoft.ML.Vae.Core.Tests.Support;
using Xunit.Abstractions;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>Rows per second of ONNX Runtime and of the managed scorer: same model, same rows, one run, one thread each. Reports, never judges.</summary>
/// <remarks>MLVAE_MEASURE=1 dotnet test -c Release --filter OnnxThroughput --logger "console;verbosity=detailed"</remarks>
public sealed class OnnxThroughput(OnnxTools tools, ITestOutputHelper output) : IClassFixture<OnnxTools>
{
    private const int FeatureCount = 21;

    // Many short runs: the best of them was not interrupted.
    private const int Repeats = 200;

    [SkippableTheory]
    [InlineData(32, 1)]
    [InlineData(32, 64)]
    [InlineData(0, 1)]
    [InlineData(0, 64)]
    public void Rows_per_second(int draws, int count)
    {
        Skip.If(Environment.GetEnvironmentVariable("MLVAE_MEASURE") is null, "A measurement, taken on request: set MLVAE_MEASURE.");
        var architecture = VaeArchitecture.Mirrored(FeatureCount, FeatureCount, 256, 256);
        var vae = new VaeModel(architecture, TestModels.Parameters(architecture, seed: 1, scale: 0.05f), 1);
        var calibration = new MatrixRows(TestModels.Normals(1000 * FeatureCount, 1), FeatureCount);
        var model = AnomalyModel.Calibrate(new VaeFit(vae, null!, calibration, null!), new LossEstimator(draws), 0.05);
        float[] rows = TestModels.Normals(count * FeatureCount, 2);
        var scored = tools.Score(tools.Export(model), rows, count, repeats: Repeats);
        double managed = Best(() => Managed(model, rows, count)), runtime = scored.Seconds.Min();
        output.WriteLine($"{draws} draws, batches of {count}: managed {count / managed:N0} rows/s, ONNX Runtime {count / runtime:N0} rows/s, ratio {managed / runtime:F2}");
    }

    private static Action Managed(AnomalyModel model, float[] rows, int count)
    {
        var scorer = new VaeScorer(model.Vae, count, model.Estimator);
        return () => scorer.Score(rows, count, VaeOutputs.Loss);
    }

    // The best of several is what the code can do; the rest is what the machine was busy with.
    private static double Best(Func<Action> prepare)
    {
        var action = prepare();
        double best = double.PositiveInfinity;
        for (int i = 0; i <= Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            if (i > 0) best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
