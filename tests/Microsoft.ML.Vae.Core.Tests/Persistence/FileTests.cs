using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Persistence;

/// <summary>Round trips, and saves that fail half-way; for all three kinds of file alike.</summary>
public class FileTests
{
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
        string path = SavedFiles.Save("checkpoint", folder);
        var back = CheckpointFile.Load(path);
        Assert.Equal(SavedFiles.Checkpoint.Architecture, back.Architecture);
        Assert.Equal(SavedFiles.Checkpoint.Options, back.Options);
        Assert.Equal((SavedFiles.Checkpoint.Place, SavedFiles.Checkpoint.Pending, SavedFiles.Checkpoint.Engine.Steps), (back.Place, back.Pending, back.Engine.Steps));
        Assert.Equal(SavedFiles.Checkpoint.History, back.History);
        Assert.StartsWith("all:", back.TrainingRows, StringComparison.Ordinal);
        Assert.Equal(SavedFiles.Checkpoint.TrainingRows, back.TrainingRows);
        Assert.Equal(SavedFiles.Checkpoint.Engine.Parameters, back.Engine.Parameters);
        Assert.Equal(SavedFiles.Checkpoint.Engine.FirstMoment, back.Engine.FirstMoment);
        Assert.Equal(SavedFiles.Checkpoint.Engine.SecondMoment, back.Engine.SecondMoment);
        Assert.Equal(SavedFiles.Checkpoint.Best.Parameters, back.Best.Parameters);
        Assert.Equal((SavedFiles.Checkpoint.Best.Loss, SavedFiles.Checkpoint.Best.Step, SavedFiles.Checkpoint.Best.Misses), (back.Best.Loss, back.Best.Step, back.Best.Misses));
    }

    [Fact]
    public void A_detector_comes_back_with_the_same_decisions()
    {
        using var folder = new TemporaryFolder();
        var back = AnomalyModelFile.Load(SavedFiles.Save("detector", folder));
        Assert.Equal((SavedFiles.Detector.Estimator, SavedFiles.Detector.Threshold), (back.Estimator, back.Threshold));
        Assert.Equal(SavedFiles.Detector.Calibration.Scores, back.Calibration.Scores);
        Assert.Equal(SavedFiles.Detector.Importance.InverseVariance, back.Importance.InverseVariance);
        Assert.Equal(SavedFiles.Detector.Isometry.Verdict, back.Isometry.Verdict);
        for (int j = 0; j < SavedFiles.Detector.Vae.LatentDimension; j++) Assert.Equal(SavedFiles.Detector.Coordinates[j, 0.37f], back.Coordinates[j, 0.37f]);
        var rows = Toy.Rows(9, 4);
        Assert.Equal(SavedFiles.Detector.ScoreAll(rows), back.ScoreAll(rows));
    }

    [Fact]
    public void A_threshold_of_infinity_survives_its_file()
    {
        using var folder = new TemporaryFolder();
        AnomalyModelFile.Save(SavedFiles.Detector.WithFalseAlarmRate(1e-6), folder.File("strict"));
        Assert.Equal(float.PositiveInfinity, AnomalyModelFile.Load(folder.File("strict")).Threshold);
    }

    [Fact]
    public void A_save_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = SavedFiles.Save("model", folder);
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
        Assert.Throws<IOException>(() => VaeModelFile.Save(SavedFiles.Detector.Vae, full));
        Assert.Throws<IOException>(() => AnomalyModelFile.Save(SavedFiles.Detector, full));
    }

    [Fact]
    public void A_save_replaces_an_older_file_and_a_missing_folder_is_an_IO_error()
    {
        using var folder = new TemporaryFolder();
        string path = SavedFiles.Save("model", folder);
        VaeModelFile.Save(SavedFiles.Detector.Vae, path);
        Assert.Equal(SavedFiles.Detector.Vae.Parameters.Values, VaeModelFile.Load(path).Parameters.Values);
        Assert.Single(folder.Files);
        Assert.ThrowsAny<IOException>(() => VaeModelFile.Save(SavedFiles.Detector.Vae, Path.Combine(folder.File("none"), "x")));
        Assert.ThrowsAny<IOException>(() => VaeModelFile.Load(folder.File("none")));
    }

    private static VaeModel Reload(VaeModel model)
    {
        using var stream = new MemoryStream();
        VaeModelFile.Save(model, stream);
        stream.Position = 0;
        return VaeModelFile.Load(stream);
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
