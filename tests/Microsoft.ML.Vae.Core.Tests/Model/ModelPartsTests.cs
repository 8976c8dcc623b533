using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Model;

/// <summary>Parts of a user's own: what is registered trains, saves and loads; what is not is refused by name when it is saved, and leaves no trace.</summary>
public class ModelPartsTests
{
    private static readonly Prior Registered = new LogisticPrior(0.7);

    static ModelPartsTests()
    {
        ModelParts.Register("Gain", settings => new GainLayer(settings["Power"]!.GetValue<double>()));
        ModelParts.Register("Laplace", settings => new LaplaceLikelihood(settings["Width"]!.GetValue<double>()));
        ModelParts.Register("Logistic", settings => new LogisticPrior(settings["Width"]!.GetValue<double>()));
    }

    /// <summary>Each place where a part may stand, with one that nobody registered.</summary>
    public static TheoryData<string, string> Unregistered => new()
    {
        { "layer of the encoder", "Stranger" }, { "layer of the decoder", "Stranger" }, { "likelihood", "ForeignGaussian" }, { "prior", "Nobody" },
    };

    [Theory]
    [InlineData("managed")]
    [InlineData("plain")]
    public void Own_parts_train_save_and_load_with_the_same_scores(string engine)
    {
        var architecture = Own();
        var options = Toy.Options with { Steps = 4, CheckpointInterval = 2 };
        TrainingCheckpoint? checkpoint = null;
        var result = new Trainer(architecture, options, Engines.Named(engine)).Train(Toy.Rows(40, 1), Toy.Rows(20, 2), new TrainingControl { OnCheckpoint = c => checkpoint ??= c });
        var start = VaeParameters.Initialize(architecture, RandomStream.FromSeed(options.Seed ?? 0).Split(4));
        foreach (var block in start.Layout.Blocks) Assert.True(block.Length == 0 || !start[block].SequenceEqual(result.Parameters[block]), block.Name); // every part learned
        var detector = AnomalyModel.Calibrate(new VaeFit(new VaeModel(architecture, result.Parameters, 1), result, Toy.Rows(30, 3), null!), LossEstimator.Default, 0.1);

        using var folder = new TemporaryFolder();
        AnomalyModelFile.Save(detector, folder.File("detector"));
        var back = AnomalyModelFile.Load(folder.File("detector"));
        Assert.Equal(architecture, back.Vae.Architecture);
        var rows = Toy.Rows(25, 4);
        Assert.Equal(detector.ScoreAll(rows), back.ScoreAll(rows));

        CheckpointFile.Save(checkpoint!, folder.File("checkpoint"));
        var resumed = new Trainer(architecture, options, Engines.Named(engine))
            .Train(Toy.Rows(40, 1), Toy.Rows(20, 2), new TrainingControl { ResumeFrom = CheckpointFile.Load(folder.File("checkpoint")) });
        Assert.Equal(result.Parameters.Values, resumed.Parameters.Values);
    }

    [Theory]
    [MemberData(nameof(Unregistered))]
    public void What_is_not_registered_is_refused_when_saved_and_the_old_file_stays(string place, string name)
    {
        var architecture = WithStranger(place);
        foreach (string kind in new[] { "model", "detector", "checkpoint", "onnx" })
        {
            using var folder = new TemporaryFolder();
            File.WriteAllText(folder.File("old"), "as it was");
            var error = Assert.Throws<NotSupportedException>(() => Save(kind, architecture, folder.File("old")));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.Equal("as it was", File.ReadAllText(folder.File("old")));
            Assert.Single(folder.Files);
        }
    }

    [Fact]
    public void A_refusal_to_save_says_what_to_do() => Assert.Contains("ModelParts.Register", Refusal(WithStranger("prior")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Gain", "layer")]
    [InlineData("Laplace", "likelihood")]
    [InlineData("Logistic", "prior")]
    public void A_file_that_names_what_the_reader_lacks_says_so_and_what_to_do(string name, string part)
    {
        using var folder = new TemporaryFolder();
        var model = TestModels.Model(Own());
        using (var stream = File.Create(folder.File("model")))
            new SectionFile("model", VaeSection.Header(model).ToJsonString().Replace($"\"{name}\"", "\"Elsewhere\"", StringComparison.Ordinal), VaeSection.Buffers(model)).Write(stream);
        string message = Assert.Throws<FormatException>(() => VaeModelFile.Load(folder.File("model"))).Message;
        Assert.Contains($"the {part} 'Elsewhere'", message, StringComparison.Ordinal);
        Assert.Contains("ModelParts.Register", message, StringComparison.Ordinal);
        Assert.Contains(folder.File("model"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_parts_under_one_name_are_refused()
    {
        Func<JsonObject, RowLayer> layer = _ => new GainLayer(1, "Twice");
        ModelParts.Register("Twice", layer);
        ModelParts.Register("Twice", layer); // the same once more is no other
        Assert.Contains("'Twice'", Assert.Throws<ArgumentException>(() => ModelParts.Register("Twice", (JsonObject _) => new GainLayer(2, "Twice"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ModelParts.Register("Laplace", (JsonObject _) => new LaplaceLikelihood(2)));
        Assert.Throws<ArgumentException>(() => ModelParts.Register("Logistic", (JsonObject _) => new LogisticPrior(2)));
    }

    [Theory]
    [InlineData("Dense")]
    [InlineData("Convolution")]
    [InlineData("TransposedConvolution")]
    [InlineData("Elementwise")]
    [InlineData("Reshape")]
    [InlineData("Softmax")]
    public void The_librarys_own_layers_cannot_be_replaced(string kind)
    {
        Assert.Throws<ArgumentException>(() => ModelParts.Register(kind, (JsonObject _) => new GainLayer(1, kind)));
        Assert.Contains($"'{kind}'", Refusal(Plain(Plain().Encoder.Then(new GainLayer(1, kind)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SquaredError")]
    [InlineData("Bernoulli")]
    [InlineData("1-SSIM")]
    public void The_librarys_own_likelihoods_cannot_be_replaced(string name) =>
        Assert.Throws<ArgumentException>(() => ModelParts.Register(name, (JsonObject _) => new LaplaceLikelihood(1)));

    [Theory]
    [InlineData("StandardNormal")]
    [InlineData("Mixture")]
    [InlineData("Vamp")]
    public void The_librarys_own_priors_cannot_be_replaced(string name) =>
        Assert.Throws<ArgumentException>(() => ModelParts.Register(name, (JsonObject _) => new LogisticPrior(1)));

    /// <summary>Settings that a file cannot hold, or from which the part does not come back.</summary>
    public static TheoryData<string> Settings => ["none", "another value", "not a number", "null", "of another kind"];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_that_do_not_survive_a_round_trip_are_refused_when_saved(string what)
    {
        var likelihood = new LaplaceLikelihood(2, () => what switch
        {
            "none" => [],
            "another value" => new() { ["Width"] = 3.0 },
            "not a number" => new() { ["Width"] = double.NaN },
            "null" => new() { ["Width"] = 2.0, ["More"] = null },
            _ => new() { ["Width"] = "2" },
        });
        Assert.Contains("'Laplace'", Refusal(Plain() with { Likelihood = likelihood }), StringComparison.Ordinal);
    }

    /// <summary>An integer in memory is any number once it has been text.</summary>
    [Fact]
    public void Settings_are_tried_as_a_file_holds_them()
    {
        var architecture = Plain() with { Likelihood = new LaplaceLikelihood(2, () => new() { ["Width"] = 2 }) };
        using var folder = new TemporaryFolder();
        Save("model", architecture, folder.File("model"));
        Assert.Equal(architecture, VaeModelFile.Load(folder.File("model")).Architecture);
    }

    /// <summary>The same object each time cannot be part of two files at once.</summary>
    [Fact]
    public void Settings_may_be_kept()
    {
        var kept = new JsonObject { ["Width"] = 2.0 };
        var architecture = Plain() with { Likelihood = new LaplaceLikelihood(2, () => kept) };
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 2; i++) Save("detector", architecture, folder.File("detector"));
        Assert.Equal(architecture, AnomalyModelFile.Load(folder.File("detector")).Vae.Architecture);
    }

    [Theory]
    [InlineData("layer of the encoder", "Gain")]
    [InlineData("layer of the decoder", "Gain")]
    [InlineData("likelihood", "Laplace")]
    [InlineData("prior", "Logistic")]
    public void ONNX_refuses_own_parts_by_name_though_they_are_registered(string place, string name)
    {
        var architecture = place switch
        {
            "layer of the encoder" => Plain(Plain().Encoder.Then(new GainLayer(1))),
            "layer of the decoder" => Plain() with { Decoder = Network.Of(Shape.Vector(2)).Then(new GainLayer(1)).Then(new Dense(Toy.Features)) },
            "likelihood" => Plain() with { Likelihood = new LaplaceLikelihood(2) },
            _ => Plain() with { Prior = Registered },
        };
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("old"), "as it was");
        string message = Assert.Throws<NotSupportedException>(() => Save("onnx", architecture, folder.File("old"))).Message;
        Assert.StartsWith("ONNX export", message, StringComparison.Ordinal);
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Equal("as it was", File.ReadAllText(folder.File("old")));
        Assert.Single(folder.Files);
    }

    private static VaeArchitecture Plain(Network? encoder = null) => Toy.Architecture() with { Encoder = encoder ?? Toy.Architecture().Encoder };

    private static VaeArchitecture Own() => Plain() with
    {
        Encoder = Plain().Encoder.Then(new GainLayer(1.5)),
        Decoder = Network.Of(Shape.Vector(2)).Then(new GainLayer(0.5)).Then(new Dense(6), Activation.Tanh).Then(new Dense(Toy.Features)),
        Likelihood = new LaplaceLikelihood(0.8),
        Prior = Registered,
    };

    private static VaeArchitecture WithStranger(string place) => place switch
    {
        "layer of the encoder" => Plain(Plain().Encoder.Then(new GainLayer(1, "Stranger"))),
        "layer of the decoder" => Plain() with { Decoder = Network.Of(Shape.Vector(2)).Then(new GainLayer(1, "Stranger")).Then(new Dense(Toy.Features)) },
        "likelihood" => Plain() with { Likelihood = new Kernels.ForeignLikelihood(GaussianLikelihood.WithVariance(1)) },
        _ => Plain() with { Prior = new Nobody() },
    };

    private static string Refusal(VaeArchitecture architecture)
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<NotSupportedException>(() => Save("model", architecture, folder.File("model"))).Message;
        Assert.Empty(folder.Files);
        return message;
    }

    private static void Save(string kind, VaeArchitecture architecture, string path)
    {
        var vae = TestModels.Model(architecture);
        var detector = AnomalyModel.Calibrate(new VaeFit(vae, null!, Toy.Rows(20, 1), null!), new LossEstimator(2), 0.1);
        switch (kind)
        {
            case "model": VaeModelFile.Save(vae, path); break;
            case "detector": AnomalyModelFile.Save(detector, path); break;
            case "onnx": OnnxExporter.Export(detector, path); break;
            default:
                float[] values = vae.Parameters.Values.ToArray();
                CheckpointFile.Save(new TrainingCheckpoint(architecture, Toy.Options, new EngineState(values, values, values, 1), default, new BestState(values, 1, 1, 0), default, []), path);
                break;
        }
    }

    private sealed class Nobody : Prior
    {
        public override string Name => "Nobody";

        public override bool IsFactorised => true;

        public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<Geometry.IImmersion> decoder) =>
            StandardNormalPrior.Instance.Density(latentDimension, parameters, decoder);

        public override bool Equals(Prior? other) => other is Nobody;
    }
}
