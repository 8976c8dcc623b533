using System.Text.Json;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Persistence;

/// <summary>Files of version 1, written by the library before layers, priors and bounds were parts of a model, load and score as they did.</summary>
public class Version1Tests
{
    // Another register width than the writer's rounds differently.
    private const double Single = 1e-5;

    public static TheoryData<string> Names => new("learned", "bernoulli", "squared", "variance");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_scores_as_it_did(string name) => AssertScores(name, VaeModelFile.Load(Path(name, "model")));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_detector_decides_as_it_did(string name) => AssertDecides(name, AnomalyModelFile.Load(Path(name, "detector")));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_ONNX_file_is_restored(string name)
    {
        var model = OnnxImporter.Import(Path(name, "onnx")).Model;
        Assert.Equal(VaeModelFile.Load(Path(name, "model")).Architecture, model.Vae.Architecture);
        AssertDecides(name, model);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_checkpoint_resumes(string name)
    {
        var checkpoint = CheckpointFile.Load(Path(name, "checkpoint"));
        Assert.Equal(40, checkpoint.Step);
        Assert.Equal(name == "squared" ? Bound.Split : Bound.Evidence, checkpoint.Options.Bound);
        Assert.Equal(VaeModelFile.Load(Path(name, "model")).Architecture, checkpoint.Architecture);
        using var engine = ManagedEngine.Factory.Create(
            checkpoint.Architecture, VaeParameters.Initialize(checkpoint.Architecture, RandomStream.FromSeed(0)), new EngineSettings { MaximumBatchSize = 8, Bound = checkpoint.Options.Bound });
        engine.Load(checkpoint.Engine);
        Assert.Equal(checkpoint.Engine.Parameters, engine.Save().Parameters);
        Assert.Equal(40, engine.Save().Steps);
    }

    [Fact]
    public void What_is_written_now_is_version_2()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model");
        VaeModelFile.Save(VaeModelFile.Load(Path("learned", "model")), path);
        Assert.Equal(2, BitConverter.ToInt32(File.ReadAllBytes(path), 8));
        AssertScores("learned", VaeModelFile.Load(path));
    }

    private static void AssertDecides(string name, AnomalyModel model)
    {
        AssertScores(name, model.Vae);
        Assert.Equal((float)Expected(name).GetProperty("Threshold").GetDouble(), model.Threshold);
        Assert.Equal(name == "squared" ? LossEstimator.Analytic : new LossEstimator(32), model.Estimator);
    }

    private static void AssertScores(string name, VaeModel model)
    {
        var expected = Expected(name);
        float[] rows = Singles(expected, "Rows");
        int count = rows.Length / model.FeatureCount;
        var scorer = new VaeScorer(model, count, name == "squared" ? LossEstimator.Analytic : new LossEstimator(32));
        scorer.Score(rows, count, VaeOutputs.Loss | VaeOutputs.Reconstruction);
        AssertClose(expected, "Loss", [.. scorer.Loss.ToArray().Select(l => (float)l)]);
        AssertClose(expected, "Mean", scorer.Mean.ToArray());
        AssertClose(expected, "Reconstruction", scorer.Reconstruction.ToArray());
    }

    private static void AssertClose(JsonElement expected, string what, float[] actual)
    {
        float[] values = Singles(expected, what);
        Assert.Equal(values.Length, actual.Length);
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i], Single * (1 + Math.Abs(values[i])));
    }

    private static JsonElement Expected(string name) =>
        JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Persistence", "version1", "expected.json"))).RootElement.GetProperty(name);

    private static float[] Singles(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];

    private static string Path(string name, string kind) => System.IO.Path.Combine(AppContext.BaseDirectory, "Persistence", "version1", $"{name}.{kind}");
}
