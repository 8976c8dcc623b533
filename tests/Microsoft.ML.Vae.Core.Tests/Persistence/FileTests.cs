using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Persistence;

/// <summary>Round trips, damage of every kind, and saves that fail half-way; for all three kinds of file alike.</summary>
public class FileTests
{
    private static readonly TrainingCheckpoint Checkpoint = MakeCheckpoint();

    private static readonly AnomalyModel Detector = MakeDetector();

    public static TheoryData<string> Kinds => ["model", "checkpoint", "detector"];

    public static TheoryData<Likelihood> Likelihoods =>
    [
        SquaredErrorLikelihood.Unweighted, new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, true)), GaussianLikelihood.WithVariance(0.1), GaussianLikelihood.LearnedVariance,
        GaussianLikelihood.WithLearnedVariance(1.0 / 7), BernoulliLikelihood.Instance,
    ];

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void A_model_comes_back_with_every_bit(Likelihood likelihood)
    {
        var architecture = TestModels.Architecture(4, 3, likelihood, Activation.Softplus, [5, 6], []);
        var model = new VaeModel(architecture, TestModels.Parameters(architecture, 1), 1.0 / 3, new FeatureScaling([1, 2, 3, 4], [5, 6, 7, 8]), ["a", "b\"\n", "ü", ""]);
        var back = Reload(model);
        Assert.Equal(model.Architecture, back.Architecture);
        Assert.Equal(model.Parameters.Values, back.Parameters.Values);
        Assert.Equal(model.KlWeight, back.KlWeight);
        Assert.Equal(model.Scaling.Offsets, back.Scaling.Offsets);
        Assert.Equal(model.Scaling.Factors, back.Scaling.Factors);
        Assert.Equal(model.FeatureNames, back.FeatureNames);
    }

    [Fact]
    public void A_checkpoint_comes_back_whole()
    {
        using var folder = new TemporaryFolder();
        string path = Save("checkpoint", folder);
        var back = CheckpointFile.Load(path);
        Assert.Equal(Checkpoint.Architecture, back.Architecture);
        Assert.Equal(Checkpoint.Options, back.Options);
        Assert.Equal((Checkpoint.Place, Checkpoint.Pending, Checkpoint.Engine.Steps), (back.Place, back.Pending, back.Engine.Steps));
        Assert.Equal(Checkpoint.History, back.History);
        Assert.StartsWith("all:", back.TrainingRows, StringComparison.Ordinal);
        Assert.Equal(Checkpoint.TrainingRows, back.TrainingRows);
        Assert.Equal(Checkpoint.Engine.Parameters, back.Engine.Parameters);
        Assert.Equal(Checkpoint.Engine.FirstMoment, back.Engine.FirstMoment);
        Assert.Equal(Checkpoint.Engine.SecondMoment, back.Engine.SecondMoment);
        Assert.Equal(Checkpoint.Best.Parameters, back.Best.Parameters);
        Assert.Equal((Checkpoint.Best.Loss, Checkpoint.Best.Step, Checkpoint.Best.Misses), (back.Best.Loss, back.Best.Step, back.Best.Misses));
    }

    [Fact]
    public void A_detector_comes_back_with_the_same_decisions()
    {
        using var folder = new TemporaryFolder();
        var back = AnomalyModelFile.Load(Save("detector", folder));
        Assert.Equal((Detector.Estimator, Detector.Threshold), (back.Estimator, back.Threshold));
        Assert.Equal(Detector.Calibration.Scores, back.Calibration.Scores);
        Assert.Equal(Detector.Importance.InverseVariance, back.Importance.InverseVariance);
        Assert.Equal(Detector.Isometry.Verdict, back.Isometry.Verdict);
        for (int j = 0; j < Detector.Vae.LatentDimension; j++) Assert.Equal(Detector.Coordinates[j, 0.37f], back.Coordinates[j, 0.37f]);
        var rows = Toy.Rows(9, 4);
        Assert.Equal(Detector.ScoreAll(rows), back.ScoreAll(rows));
    }

    [Fact]
    public void A_threshold_of_infinity_survives_its_file()
    {
        using var folder = new TemporaryFolder();
        AnomalyModelFile.Save(Detector.WithFalseAlarmRate(1e-6), folder.File("strict"));
        Assert.Equal(float.PositiveInfinity, AnomalyModelFile.Load(folder.File("strict")).Threshold);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_truncated_file_is_refused_wherever_it_ends(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = Save(kind, folder);
        byte[] bytes = File.ReadAllBytes(path);
        int stride = Math.Max(1, bytes.Length / 150);
        foreach (int length in Enumerable.Range(0, 40).Concat(Enumerable.Range(1, 149).Select(k => k * stride)).Append(bytes.Length - 1))
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.NotEmpty(Assert.Throws<FormatException>(() => Load(kind, path)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_flipped_byte_is_refused_wherever_it_lies(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = Save(kind, folder);
        byte[] bytes = File.ReadAllBytes(path);
        int stride = Math.Max(1, bytes.Length / 150);
        foreach (int place in Enumerable.Range(0, 40).Concat(Enumerable.Range(1, 149).Select(k => k * stride)).Append(bytes.Length - 1))
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[place] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<FormatException>(() => Load(kind, path));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_damage_is_told_in_its_own_words(string kind)
    {
        using var folder = new TemporaryFolder();
        string path = Save(kind, folder);
        byte[] bytes = File.ReadAllBytes(path);
        Expect([], "signature");
        Expect("PK\u0003\u0004 something else altogether"u8.ToArray(), "not a file of MLVae");
        Expect(bytes[..^5], "damaged or truncated");
        byte[] newer = (byte[])bytes.Clone();
        newer[8] = 99;
        Expect(newer, "version 99");
        Expect(newer, "newer MLVae");

        void Expect(byte[] content, string words)
        {
            File.WriteAllBytes(path, content);
            string message = Assert.Throws<FormatException>(() => Load(kind, path)).Message;
            Assert.Contains(words, message, StringComparison.Ordinal);
            Assert.Contains(path, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("model", "detector")]
    [InlineData("checkpoint", "model")]
    [InlineData("detector", "checkpoint")]
    public void A_file_of_another_kind_is_named(string wanted, string given)
    {
        using var folder = new TemporaryFolder();
        string path = Save(given, folder), message = Assert.Throws<FormatException>(() => Load(wanted, path)).Message;
        Assert.Contains($"'{wanted}'", message, StringComparison.Ordinal);
        Assert.Contains($"'{given}'", message, StringComparison.Ordinal);
    }

    /// <summary>Sound checksums around content that fits nothing: written by other hands, or by a mistake of ours.</summary>
    [Theory]
    [InlineData("{}", 3)]
    [InlineData("null", 3)]
    [InlineData("no json", 3)]
    [InlineData("[1]", 3)]
    [InlineData("VALID", 0)]
    [InlineData("VALID", 1)]
    [InlineData("VALID", 3)]
    [InlineData("UNKNOWN", 3)]
    [InlineData("NEGATIVE", 3)]
    public void Parts_that_do_not_fit_each_other_are_refused(string header, int buffers)
    {
        const string Valid = """{"Architecture":{"FeatureCount":2,"LatentDimension":1,"EncoderWidths":[],"DecoderWidths":[],"HiddenActivation":"Tanh","OutputActivation":"Linear","Likelihood":{"Name":"Bernoulli"}},"KlWeight":1,"FeatureNames":["a","b"]}""";
        header = header switch
        {
            "VALID" => Valid,
            "UNKNOWN" => Valid.Replace("Bernoulli", "Zipf", StringComparison.Ordinal),
            "NEGATIVE" => Valid.Replace("\"LatentDimension\":1", "\"LatentDimension\":-1", StringComparison.Ordinal),
            _ => header,
        };
        foreach (string kind in new[] { "model", "checkpoint", "detector" })
        {
            using var folder = new TemporaryFolder();
            using (var stream = File.Create(folder.File("crafted"))) new SectionFile(kind, header, [.. Enumerable.Repeat(new float[3], buffers)]).Write(stream);
            Assert.Throws<FormatException>(() => Load(kind, folder.File("crafted")));
        }
    }

    [Fact]
    public void A_save_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = Save("model", folder);
        byte[] before = File.ReadAllBytes(path);
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[10_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("No space left on device", error.Message);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(folder.Files);
    }

    [Fact]
    public void A_full_disk_under_a_stream_reaches_the_caller()
    {
        using var full = new FullDisk(100);
        Assert.Throws<IOException>(() => VaeModelFile.Save(Detector.Vae, full));
        Assert.Throws<IOException>(() => AnomalyModelFile.Save(Detector, full));
    }

    [Fact]
    public void A_save_replaces_an_older_file_and_a_missing_folder_is_an_IO_error()
    {
        using var folder = new TemporaryFolder();
        string path = Save("model", folder);
        VaeModelFile.Save(Detector.Vae, path);
        Assert.Equal(Detector.Vae.Parameters.Values, VaeModelFile.Load(path).Parameters.Values);
        Assert.Single(folder.Files);
        Assert.ThrowsAny<IOException>(() => VaeModelFile.Save(Detector.Vae, Path.Combine(folder.File("none"), "x")));
        Assert.ThrowsAny<IOException>(() => VaeModelFile.Load(folder.File("none")));
    }

    private static string Save(string kind, TemporaryFolder folder)
    {
        string path = folder.File(kind);
        switch (kind)
        {
            case "model": VaeModelFile.Save(TestModels.Model(Toy.Architecture()), path); break;
            case "checkpoint": CheckpointFile.Save(Checkpoint, path); break;
            default: AnomalyModelFile.Save(Detector, path); break;
        }
        return path;
    }

    private static object Load(string kind, string path) => kind switch
    {
        "model" => VaeModelFile.Load(path),
        "checkpoint" => CheckpointFile.Load(path),
        _ => AnomalyModelFile.Load(path),
    };

    private static VaeModel Reload(VaeModel model)
    {
        using var stream = new MemoryStream();
        VaeModelFile.Save(model, stream);
        stream.Position = 0;
        return VaeModelFile.Load(stream);
    }

    private static TrainingCheckpoint MakeCheckpoint()
    {
        TrainingCheckpoint? checkpoint = null;
        var options = Toy.Options with { Steps = 20, CheckpointInterval = 17, Patience = 50, MaximumGradientNorm = 3, Bound = Bound.Split };
        new Trainer(Toy.Architecture(), options).Train(Toy.Rows(50, 1), Toy.Rows(20, 2), new TrainingControl { OnCheckpoint = c => checkpoint = c });
        return checkpoint!;
    }

    private static AnomalyModel MakeDetector()
    {
        var options = new VaeFitOptions { LatentDimension = 2, HiddenWidths = [6], Training = Toy.Options };
        return AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(120, 1), options, ["a", "b", "c", "d", "e"]), new LossEstimator(8), 0.1);
    }

    private sealed class FullDisk(int capacity) : Stream
    {
        private int _written;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _written;

        public override long Position { get => _written; set => throw new NotSupportedException(); }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if ((_written += count) > capacity) throw new IOException("No space left on device");
        }
    }
}
