using Google.Protobuf;
using Microsoft.ML.Vae.Core.OnnxMessages;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>Our own files come back as the model they were; all others are refused with the reason.</summary>
public class OnnxImporterTests
{
    [Theory]
    [InlineData("LearnedVariance", 32, OnnxOutputs.All)]
    [InlineData("LearnedVariance", 0, OnnxOutputs.Score)]
    [InlineData("Bernoulli", 32, OnnxOutputs.Latent)]
    [InlineData("ReciprocalSquaredError", 8, OnnxOutputs.PValue)]
    [InlineData("Gaussian", 32, OnnxOutputs.Decision | OnnxOutputs.Reconstruction)]
    public void Export_load_export_gives_equal_bytes(string likelihood, int draws, OnnxOutputs outputs)
    {
        var model = OnnxCases.Model(likelihood, 2, Activation.Tanh, draws);
        var options = new OnnxExportOptions { Outputs = outputs, Training = new TrainingSummary(TrainingOutcome.Completed, 10, null, "Done.") };
        byte[] first = Bytes(model, options);
        var import = OnnxImporter.Import(new MemoryStream(first));
        Assert.Equal(options, import.Options);
        Assert.Equal(first, Bytes(import.Model, import.Options));
    }

    [Fact]
    public void A_restored_model_scores_the_same_bits()
    {
        var model = OnnxCases.Model("LearnedVariance", 2, Activation.Tanh, 32);
        var restored = OnnxImporter.Import(new MemoryStream(Bytes(model, new OnnxExportOptions()))).Model;
        float[] rows = OnnxCases.Rows("LearnedVariance", 50);
        var (before, after) = (OnnxCases.Score(model, rows), OnnxCases.Score(restored, rows));
        Assert.Equal(before.Score, after.Score);
        Assert.Equal(before.PValue, after.PValue);
        Assert.Equal(before.Decision, after.Decision);
        Assert.Equal(model.Vae.FeatureNames, restored.Vae.FeatureNames);
        Assert.Equal(model.Isometry.Verdict, restored.Isometry.Verdict);
        Assert.Equal(model.Coordinates[0, 0.3f], restored.Coordinates[0, 0.3f]);
    }

    [Fact]
    public void A_foreign_file_is_refused_with_its_producer()
    {
        var foreign = new ModelMessage { IrVersion = 8, ProducerName = "pytorch", Graph = new GraphMessage() };
        var error = Assert.Throws<FormatException>(() => OnnxImporter.Import(new MemoryStream(foreign.ToByteArray())));
        Assert.Contains("pytorch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_is_refused() =>
        Assert.Throws<FormatException>(() => OnnxImporter.Import(new MemoryStream([0xff, 0xfe, 0x00, 0x12, 0x99, 0xff])));

    [Fact]
    public void A_truncated_file_is_refused()
    {
        byte[] bytes = Bytes(OnnxCases.Model("Gaussian", 1, Activation.Tanh, 32), new OnnxExportOptions());
        foreach (int length in new[] { 0, 10, bytes.Length / 2, bytes.Length - 1 })
            Assert.Throws<FormatException>(() => OnnxImporter.Import(new MemoryStream(bytes[..length])));
    }

    [Theory]
    [InlineData("decoder.0.weight")]
    [InlineData("calibration.scores")]
    [InlineData("scaling.factor")]
    public void Edited_numbers_are_refused(string name)
    {
        var message = ModelMessage.Parser.ParseFrom(Bytes(OnnxCases.Model("Gaussian", 1, Activation.Tanh, 32), new OnnxExportOptions()));
        var tensor = message.Graph.Initializer.Single(t => t.Name == name);
        byte[] raw = tensor.RawData.ToByteArray();
        raw[0] ^= 1;
        tensor.RawData = ByteString.CopyFrom(raw);
        var error = Assert.Throws<FormatException>(() => OnnxImporter.Import(new MemoryStream(message.ToByteArray())));
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_initializer_is_named()
    {
        var message = ModelMessage.Parser.ParseFrom(Bytes(OnnxCases.Model("Gaussian", 1, Activation.Tanh, 32), new OnnxExportOptions()));
        message.Graph.Initializer.Remove(message.Graph.Initializer.Single(t => t.Name == "decoder.0.weight"));
        var error = Assert.Throws<FormatException>(() => OnnxImporter.Import(new MemoryStream(message.ToByteArray())));
        Assert.Contains("decoder.0.weight", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(AnomalyModel model, OnnxExportOptions options)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(model, stream, options);
        return stream.ToArray();
    }
}
