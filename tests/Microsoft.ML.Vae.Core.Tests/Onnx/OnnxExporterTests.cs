using Google.Protobuf;
using Microsoft.ML.Vae.Core.OnnxMessages;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>What is in the file, and what happens when there can be none. No runtime needed.</summary>
public class OnnxExporterTests
{
    public static TheoryData<OnnxOutputs, string[]> OutputCases() => new()
    {
        { OnnxOutputs.Score, ["score"] },
        { OnnxOutputs.Latent, ["latent", "latent_log_variance"] },
        { OnnxOutputs.PValue | OnnxOutputs.Decision, ["p_value", "is_anomaly"] },
        { OnnxOutputs.Contributions, ["feature_contributions", "latent_contributions"] },
        { OnnxOutputs.Reconstruction, ["reconstruction"] },
    };

    [Theory, MemberData(nameof(OutputCases))]
    public void Holds_only_what_was_asked_for(OnnxOutputs outputs, string[] names)
    {
        var graph = Export(new OnnxExportOptions { Outputs = outputs }).Graph;
        Assert.Equal(names, graph.Output.Select(o => o.Name));
        Assert.Equal(outputs.HasFlag(OnnxOutputs.Decision), graph.Initializer.Any(t => t.Name == "threshold"));
        bool decodes = outputs != OnnxOutputs.Latent;
        Assert.Equal(decodes, graph.Initializer.Any(t => t.Name == "output.weight"));
        Assert.Equal(outputs.HasFlag(OnnxOutputs.PValue), graph.Initializer.Any(t => t.Name == "calibration.scores"));
    }

    [Fact]
    public void Every_node_is_used()
    {
        var graph = Export(new OnnxExportOptions { Outputs = OnnxOutputs.All }).Graph;
        var used = graph.Node.SelectMany(n => n.Input).Concat(graph.Output.Select(o => o.Name)).ToHashSet();
        Assert.All(graph.Node, n => Assert.Contains(n.Output[0], used));
        Assert.All(graph.Initializer, t => Assert.Contains(t.Name, used));
    }

    [Fact]
    public void The_rate_is_an_input_only_if_asked_for_and_none_has_a_default()
    {
        Assert.Equal(["features"], Export(new OnnxExportOptions()).Graph.Input.Select(i => i.Name));
        var graph = Export(new OnnxExportOptions { RequireFalseAlarmRate = true }).Graph;
        Assert.Equal(["features", "false_alarm_rate"], graph.Input.Select(i => i.Name));
        Assert.DoesNotContain("false_alarm_rate", graph.Initializer.Select(t => t.Name));
    }

    [Fact]
    public void Metadata_tells_people_what_the_model_is()
    {
        var training = new TrainingSummary(TrainingOutcome.EarlyStopped, 1200, 3.25, "Stopped early.");
        var entries = Export(new OnnxExportOptions { Training = training }).MetadataProps.ToDictionary(e => e.Key, e => e.Value);
        Assert.Equal("5 → Dense 8 → Elementwise 8 → posterior Diagonal | 3 → Dense 8 → Elementwise 8 → Dense 5 | GaussianLearnedVariance, StandardNormal", entries["architecture"]);
        Assert.Equal("0.7", entries["kl_weight"]);
        Assert.Contains("amount", entries["feature_names"], StringComparison.Ordinal);
        Assert.Contains("EarlyStopped", entries["training"], StringComparison.Ordinal);
        Assert.Equal("200", entries["calibration_rows"]);
    }

    [Theory]
    [InlineData(OnnxOutputs.None)]
    [InlineData((OnnxOutputs)256)]
    [InlineData((OnnxOutputs)257)]
    public void No_output_and_one_that_there_is_not_are_refused(OnnxOutputs outputs)
    {
        var model = OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32);
        Assert.Throws<ArgumentException>(() => OnnxExporter.Export(model, Stream.Null, new OnnxExportOptions { Outputs = outputs }));
    }

    [Fact]
    public void A_foreign_likelihood_is_named_and_nothing_is_written()
    {
        var model = OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32);
        var architecture = model.Vae.Architecture with { Likelihood = new Kernels.ForeignLikelihood(GaussianLikelihood.LearnedVariance) };
        var vae = new VaeModel(architecture, new VaeParameters(new ParameterLayout(architecture), new float[new ParameterLayout(architecture).Length]), 1);
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "model.onnx");
        var error = Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(model with { Vae = vae }, path));
        Assert.Contains("Foreign", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        var model = OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32);
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "taken");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => OnnxExporter.Export(model, path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder, recursive: true);
    }

    private static ModelMessage Export(OnnxExportOptions options)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(OnnxCases.Model("LearnedVariance", 1, Activation.Tanh, 32), stream, options);
        return ModelMessage.Parser.ParseFrom(stream.ToArray());
    }
}
