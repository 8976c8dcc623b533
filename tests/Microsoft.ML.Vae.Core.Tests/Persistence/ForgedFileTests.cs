using System.Security.Cryptography;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Persistence;

/// <summary>Files with a sound checksum around content that nobody wrote: refused in words, or a model that scores; never another exception, never gigabytes.</summary>
public class ForgedFileTests
{
    // Of files of a few kilobytes: far above what an honest one takes, far below what a forged count asks for.
    private const long MostBytes = 16 << 20;

    private static readonly Dictionary<string, SectionFile> Files = Make().ToDictionary(f => f.Kind);

    public static TheoryData<string> Kinds => ["model", "checkpoint", "detector"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_byte_may_be_wrong(string kind)
    {
        byte[] bytes = Bytes(Files[kind]);
        int body = bytes.Length - SHA256.HashSizeInBytes, taken = 0;
        for (int place = 0; place < body; place += place < 60 ? 1 : 23)
            foreach (byte flip in new byte[] { 0x01, 0x80, 0xff })
            {
                byte[] forged = [.. bytes];
                forged[place] ^= flip;
                if (Read(kind, Sealed(forged[..body]), $"byte {place} ^ {flip}")) taken++;
            }
        Assert.True(taken > 0); // weights may be any
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_may_end_anywhere_or_go_on(string kind)
    {
        byte[] bytes = Bytes(Files[kind]);
        int body = bytes.Length - SHA256.HashSizeInBytes;
        for (int length = 0; length < body; length += length < 60 ? 1 : 13) Assert.False(Read(kind, Sealed(bytes[..length]), $"{length} bytes"), $"{length} bytes were taken");
        Assert.False(Read(kind, Sealed([.. bytes[..body], 0]), "one byte more"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_member_of_the_header_may_be_wrong(string kind)
    {
        var (file, refused) = (Files[kind], 0);
        foreach (var (what, json, isForm) in JsonMutations.Of(file.Header))
        {
            bool isTaken = Read(kind, Bytes(file with { Header = json }), what);
            Assert.False(isTaken && isForm, $"{what} was taken");
            if (!isTaken) refused++;
        }
        Assert.True(refused > 100);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_buffer_may_be_missing_or_of_another_length(string kind)
    {
        var file = Files[kind];
        for (int b = 0; b < file.Buffers.Count; b++)
        {
            float[] buffer = file.Buffers[b];
            Assert.False(Read(kind, Bytes(file with { Buffers = [.. file.Buffers.Where((_, i) => i != b)] }), $"buffer {b} left out"));
            if (kind == "detector" && b == VaeSection.BufferCount) continue; // any number of calibration rows will do
            Assert.False(Read(kind, Bytes(file with { Buffers = [.. file.Buffers.Select((old, i) => i == b ? old[1..] : old)] }), $"buffer {b} shorter"));
            Assert.False(Read(kind, Bytes(file with { Buffers = [.. file.Buffers.Select((old, i) => i == b ? [.. old, 1f] : old)] }), $"buffer {b} longer"));
        }
        Assert.False(Read(kind, Bytes(file with { Buffers = [.. file.Buffers, []] }), "one more"));
    }

    /// <summary>A count of two billion, or below zero, wherever one stands.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_count_is_checked_against_the_bytes_that_are_there(string kind)
    {
        byte[] bytes = Bytes(Files[kind]);
        int body = bytes.Length - SHA256.HashSizeInBytes, at = 8 + sizeof(int), taken = 0;
        for (int place = at; place + sizeof(int) <= body; place++)
            foreach (int count in new[] { int.MaxValue, int.MinValue, -1 })
            {
                if (place > 60 && place % 37 != 0) continue;
                byte[] forged = [.. bytes];
                BitConverter.TryWriteBytes(forged.AsSpan(place), count);
                if (Read(kind, Sealed(forged[..body]), $"{count} at byte {place}")) taken++;
            }
        Assert.True(taken < body);
    }

    [Theory]
    [InlineData("""{"Kind":"Convolution","Channels":1,"Kernel":65537,"Stride":1}""")]
    [InlineData("""{"Kind":"Convolution","Channels":1,"Kernel":3,"Stride":0}""")]
    [InlineData("""{"Kind":"Convolution","Channels":2147483647,"Kernel":3,"Stride":1}""")]
    [InlineData("""{"Kind":"TransposedConvolution","Channels":1,"Kernel":1,"Stride":65536}""")]
    [InlineData("""{"Kind":"TransposedConvolution","Channels":1,"Kernel":1,"Stride":2147483647}""")]
    [InlineData("""{"Kind":"Dense","Outputs":2147483647}""")]
    [InlineData("""{"Kind":"Elementwise","Activation":"1"}""")]
    [InlineData("""{"Kind":"Elementwise","Activation":"Tanh, Relu"}""")]
    [InlineData("""{"Kind":"Softmax","Lengths":[2147483647,2147483647]}""")]
    [InlineData("""{"Kind":"Softmax","Lengths":[-1,6]}""")]
    [InlineData("""{"Kind":"Reshape","Shape":[65536,65536,1]}""")]
    [InlineData("""{"Kind":"Reshape","Shape":[1,5]}""")]
    public void A_layer_that_cannot_be_is_refused(string layer)
    {
        var file = Files["model"];
        Assert.StartsWith("""{"Architecture":{"Encoder":{"Input":[1,1,5],"Layers":[""", file.Header, StringComparison.Ordinal);
        Assert.False(Read("model", Bytes(file with { Header = file.Header.Replace("[1,1,5],\"Layers\":[", $"[1,1,5],\"Layers\":[{layer},", StringComparison.Ordinal) }), layer));
    }

    [Theory]
    [InlineData("Draws\":8", "Draws\":2000000000")]
    [InlineData("Draws\":8", "Draws\":-1")]
    [InlineData("Threshold\":", "Threshold\":\"NaN\",\"X\":")]
    [InlineData("IsometryRows\":", "IsometryRows\":-3,\"X\":")]
    [InlineData("ReferenceRows\":54", "ReferenceRows\":53")]
    public void A_detector_that_could_not_decide_is_refused(string part, string forged)
    {
        var file = Files["detector"];
        Assert.Contains(part, file.Header, StringComparison.Ordinal);
        Assert.False(Read("detector", Bytes(file with { Header = file.Header.Replace(part, forged, StringComparison.Ordinal) }), forged));
    }

    // True where the file was taken: then what it holds must score.
    private static bool Read(string kind, byte[] bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var (model, estimator, bank) = Load(kind, new MemoryStream(bytes));
            AssertSmall(before, what);
            new AnomalyScorer(model, estimator, bank, 2).Score(new float[2 * model.FeatureCount], 2, VaeOutputs.Loss | VaeOutputs.Reconstruction);
            return true;
        }
        catch (FormatException e)
        {
            AssertSmall(before, what);
            Assert.NotEmpty(e.Message);
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{kind}, {what}: {e.GetType().Name}", e);
        }
    }

    private static void AssertSmall(long before, string what) =>
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"{what}: {GC.GetAllocatedBytesForCurrentThread() - before} bytes allocated");

    private static (VaeModel Model, LossEstimator Estimator, ReferenceBank? Bank) Load(string kind, Stream stream)
    {
        switch (kind)
        {
            case "model": return (VaeModelFile.Load(stream), LossEstimator.Analytic, null);
            case "detector":
                var detector = AnomalyModelFile.Load(stream);
                return (detector.Vae, detector.Estimator, detector.Bank);
            default:
                var checkpoint = CheckpointFile.Load(stream);
                return (new VaeModel(checkpoint.Architecture, new VaeParameters(new ParameterLayout(checkpoint.Architecture), checkpoint.Engine.Parameters), 1), LossEstimator.Analytic, null);
        }
    }

    private static byte[] Sealed(byte[] body) => [.. body, .. SHA256.HashData(body)];

    private static byte[] Bytes(SectionFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    // Parts of every kind in the model; a checkpoint with a history.
    private static IEnumerable<SectionFile> Make()
    {
        var architecture = new VaeArchitecture
        {
            Encoder = Network.Of(Shape.Vector(5)).Then(new Dense(4), Activation.Tanh).Then(new Reshape(Shape.Image(2, 2))).Then(new Convolution(2, 3)),
            Decoder = Network.Of(Shape.Vector(2)).Then(new Dense(4)).Then(new Reshape(Shape.Image(2, 2))).Then(new TransposedConvolution(1, 1)).Then(new Softmax(1, 3)).Then(new Dense(5)),
            Posterior = PosteriorForm.Isotropic,
            Likelihood = new SquaredErrorLikelihood(new MetricWeight(0.5, 0.25, true)),
            Prior = new MixturePrior(2),
        };
        yield return Of("model", TestModels.Model(architecture), VaeModelFile.Save);
        var options = new VaeFitOptions { LatentDimension = 2, HiddenWidths = [4], Training = Toy.Options with { Steps = 12 } };
        var columns = new FeatureColumn[] { new("size", 0, 1, ColumnKind.Continuous), new("town", 1, 2, ColumnKind.Category), new("flag", 3, 1, ColumnKind.Binary), new("visits", 4, 1, ColumnKind.Count) };
        float[] rows = [.. Enumerable.Range(0, 60).SelectMany(r => new[] { r % 7, r % 2, 1 - (r % 2), r % 3 == 0 ? 1f : 0, r % 5 })];
        var fit = VaeFit.Run(new MatrixRows(rows, 5), options with { Columns = columns });
        yield return Of("detector", AnomalyModel.Calibrate(fit, new LossEstimator(8), 0.1), AnomalyModelFile.Save);
        TrainingCheckpoint? checkpoint = null;
        var training = Toy.Options with { Steps = 20, CheckpointInterval = 17, Patience = 50, Schedule = LearningRateSchedule.Plateau, Bound = Bound.Renyi(0.5, 2) };
        new Trainer(TestModels.Architecture(5, 2, StudentTLikelihood.Default), training).Train(Toy.Rows(30, 1), Toy.Rows(20, 2), new TrainingControl { OnCheckpoint = c => checkpoint = c });
        yield return Of("checkpoint", checkpoint!, (c, stream) =>
        {
            using var folder = new TemporaryFolder();
            CheckpointFile.Save(c, folder.File("checkpoint"));
            stream.Write(File.ReadAllBytes(folder.File("checkpoint")));
        });
    }

    private static SectionFile Of<T>(string kind, T value, Action<T, Stream> save)
    {
        using var stream = new MemoryStream();
        save(value, stream);
        stream.Position = 0;
        return SectionFile.Read(stream, kind, file => file);
    }
}
