using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.Vae.Core.OnnxMessages;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>ONNX files that were damaged or forged: refused in words, or the very model that was exported; never another exception, never gigabytes.</summary>
public class OnnxForgedTests
{
    // Of files of some kilobytes: far above what an honest one takes, far below what a forged count asks for.
    private const long MostBytes = 16 << 20;

    private static readonly AnomalyModel Model = OnnxCases.Model(
        VaeArchitecture.Mirrored(5, 2, [4], Activation.Tanh, GaussianLikelihood.LearnedVariance) with { Prior = new MixturePrior(2) }, draws: 4);

    private static readonly byte[] File = Export(Model, new OnnxExportOptions());

    [Fact]
    public void Any_byte_may_be_wrong()
    {
        byte[] flips = [0x01, 0x80, 0xff];
        int refused = 0, tried = 0;
        for (int place = 0; place < File.Length; place += 17, tried++)
        {
            byte[] damaged = [.. File];
            damaged[place] ^= flips[tried % flips.Length];
            if (!IsTakenUnchanged(damaged, $"byte {place}")) refused++;
        }
        Assert.True(refused > tried / 10);
    }

    [Fact]
    public void It_may_end_anywhere()
    {
        for (int length = 0; length < File.Length; length += 31) Assert.False(IsTakenUnchanged(File[..length], $"{length} bytes"), $"{length} bytes were taken");
    }

    /// <summary>Of each length in the file one that claims two billion bytes.</summary>
    [Fact]
    public void A_length_is_checked_against_the_bytes_that_are_there()
    {
        byte[] huge = [0xff, 0xff, 0xff, 0xff, 0x07];
        for (int place = 0; place + huge.Length < File.Length; place += 19)
        {
            byte[] forged = [.. File];
            huge.CopyTo(forged, place);
            IsTakenUnchanged(forged, $"2 GB at byte {place}");
        }
    }

    /// <summary>With a checksum that fits.</summary>
    [Fact]
    public void Any_member_of_the_header_may_be_wrong()
    {
        var message = ModelMessage.Parser.ParseFrom(File);
        string header = message.MetadataProps.Single(p => p.Key == OnnxMetadata.ModelKey).Value;
        int refused = 0;
        foreach (var (what, json, isForm) in JsonMutations.Of(header))
        {
            var import = Import(Forged(message, json), what);
            Assert.False(import is not null && isForm, $"{what} was taken");
            if (import is null) refused++;
            else new VaeScorer(import.Model.Vae, 2, import.Model.Estimator).Score(new float[10], 2, VaeOutputs.Loss | VaeOutputs.Reconstruction);
        }
        Assert.True(refused > 100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("scaling.offset")]
    [InlineData("calibration.scores")]
    public void A_message_without_its_parts_is_refused(string initializer)
    {
        var message = ModelMessage.Parser.ParseFrom(File);
        if (initializer.Length == 0) message.Graph = null;
        else message.Graph.Initializer.Single(t => t.Name == initializer).RawData = ByteString.Empty;
        Assert.Null(Import(message.ToByteArray(), initializer));
    }

    [Fact]
    public void A_refusal_names_the_file()
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder.File("x.onnx"), File[..100]);
        Assert.Contains(folder.File("x.onnx"), Assert.Throws<FormatException>(() => OnnxImporter.Import(folder.File("x.onnx"))).Message, StringComparison.Ordinal);
    }

    private static byte[] Forged(ModelMessage message, string header)
    {
        var forged = message.Clone();
        var buffers = OnnxMetadata.BufferNames(Model.Vae.Parameters.Layout, bankBuffers: 0).Select(name => Buffer(forged, name)).ToList();
        buffers[^1] = [.. Model.Calibration.Scores];
        Set(forged, OnnxMetadata.ModelKey, header);
        Set(forged, OnnxMetadata.ChecksumKey, OnnxMetadata.Checksum(header, buffers));
        return forged.ToByteArray();
    }

    private static float[] Buffer(ModelMessage message, string name) => MemoryMarshal.Cast<byte, float>(
        message.Graph.Initializer.FirstOrDefault(t => t.Name == name)?.RawData.ToByteArray()
        ?? Convert.FromBase64String(message.MetadataProps.Single(p => p.Key == OnnxMetadata.TensorPrefix + name).Value)).ToArray();

    private static void Set(ModelMessage message, string key, string value) => message.MetadataProps.Single(p => p.Key == key).Value = value;

    // What the checksum does not cover, e.g. a node's name, may change; the model may not.
    private static bool IsTakenUnchanged(byte[] bytes, string what)
    {
        if (Import(bytes, what) is not { } import) return false;
        Assert.True(Export(import.Model, import.Options).AsSpan().SequenceEqual(File), $"{what} gives another model");
        return true;
    }

    private static OnnxImport? Import(byte[] bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            return OnnxImporter.Import(new MemoryStream(bytes));
        }
        catch (FormatException e)
        {
            Assert.NotEmpty(e.Message);
            return null;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{what}: {e.GetType().Name}", e);
        }
        finally
        {
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"{what}: {GC.GetAllocatedBytesForCurrentThread() - before} bytes allocated");
        }
    }

    private static byte[] Export(AnomalyModel model, OnnxExportOptions options)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(model, stream, options);
        return stream.ToArray();
    }
}
