using System.Globalization;
using Microsoft.ML.Vae.Core.Tests.Rows;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

/// <summary>Fits and calibrations on rows that are read from a file: how often they are read, in which order, and that no figure depends on how they are sorted.</summary>
public sealed class StreamedFitTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mlvae-test-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_path);

    /// <summary>50,000 rows to train on in batches of 128 are 391 steps a pass; ten passes, and a cosine's 2,500 steps would not be enough.</summary>
    [Fact]
    public void A_stream_trains_ten_passes_and_is_read_once_before_and_once_after()
    {
        var stream = new RowReading.Stream(Toy.Rows(62_500, 1));
        var fit = VaeFit.Run(stream, new VaeFitOptions { LatentDimension = 1, HiddenWidths = [2], Training = new TrainingOptions { ValidationInterval = 1000, Schedule = LearningRateSchedule.Cosine } });
        long kept = fit.Roles.Trained;
        Assert.Equal(10 * ((kept + 127) / 128), fit.Training.History[^1].Steps);
        Assert.Equal(10, fit.Training.History[^1].Epoch);
        Assert.Equal(1 + 10, stream.Passes);
        AnomalyModel.Calibrate(fit, LossEstimator.Analytic, 0.1);
        Assert.Equal((12, 12), (stream.Passes, stream.Closed));
    }

    [Fact]
    public void A_trainer_counts_the_rows_of_a_stream_to_grant_ten_passes()
    {
        var stream = new RowReading.Stream(Toy.Rows(50_000, 1));
        var result = new Trainer(VaeArchitecture.Mirrored(Toy.Features, 1, 2), new TrainingOptions { ValidationInterval = 1000, Schedule = LearningRateSchedule.Cosine }).Train(stream);
        Assert.Equal((3910L, 10), (result.History[^1].Steps, result.History[^1].Epoch));
        Assert.Equal(11, stream.Passes);
    }

    [Fact]
    public void A_cached_stream_is_read_once_by_fit_and_calibration()
    {
        var stream = new RowReading.Stream(Toy.Rows(2000, 1));
        using var cached = new CachedRows(stream);
        AnomalyModel.Calibrate(VaeFit.Run(cached, Options(seed: 1)), LossEstimator.Default, 0.1);
        Assert.Equal((1, 1), (stream.Passes, stream.Closed));
    }

    [Fact]
    public void A_checkpointed_fit_reads_a_stream_no_more_often_and_resumes_to_the_same_bits()
    {
        var stream = new RowReading.Stream(Toy.Rows(500, 1));
        var options = Options(seed: 1) with { Training = Toy.Options with { CheckpointInterval = 23 } };
        var checkpoints = new List<TrainingCheckpoint>();
        var whole = VaeFit.Run(stream, options, control: new TrainingControl { OnCheckpoint = checkpoints.Add });
        Assert.Equal(1 + 3, stream.Passes); // 60 steps of 16 rows
        var resumed = VaeFit.Run(stream, options, control: new TrainingControl { ResumeFrom = checkpoints[1] });
        Assert.Equal(whole.Model.Parameters.Values, resumed.Model.Parameters.Values);
        var changed = new RowReading.Stream(Toy.Rows(500, 1, values => values.AsSpan(values.Length - (25 * Toy.Features)).Fill(1)));
        Assert.Contains("other training rows", Assert.Throws<ArgumentException>(() => VaeFit.Run(changed, options, control: new TrainingControl { ResumeFrom = checkpoints[1] })).Message, StringComparison.Ordinal);
        Assert.Contains("other training rows", Assert.Throws<ArgumentException>(() => VaeFit.Run(stream, options with { Scaling = ScalingKind.MinMax }, control: new TrainingControl { ResumeFrom = checkpoints[1] })).Message, StringComparison.Ordinal);
    }

    /// <summary>The same cache, empty or full.</summary>
    [Fact]
    public void A_second_training_on_a_cache_gives_the_bits_of_the_first()
    {
        using var cached = new CachedRows(new RowReading.Stream(Toy.Rows(500, 1)));
        float[][] weights = [.. Enumerable.Range(0, 2).Select(_ => new Trainer(Toy.Architecture(), Toy.Options).Train(cached).Parameters.Values.ToArray())];
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void A_stream_that_shrinks_is_noticed()
    {
        var rows = new Shrinking();
        Assert.Contains("rows in one pass and", Assert.Throws<EndOfStreamException>(() => VaeFit.Run(rows, Options(seed: 1))).Message, StringComparison.Ordinal);
    }

    /// <summary>Rows in a file sorted by their first feature, and the same rows shuffled. Before, the 200 validation rows were the first of them, and the loss of the sorted file was 2 nats higher.</summary>
    [Fact]
    public void A_sorted_file_gives_the_figures_of_a_shuffled_one()
    {
        const int Seeds = 4;
        // Deviations of single fits over twelve seeds: loss .45 nats (200 rows), norm .025, AUROC .006. Means of four, and their difference: divided by √2. Four of these.
        const double LossTolerance = 1.2, NormTolerance = 0.07, AurocTolerance = 0.017;
        float[][] rows = [.. Toy.Rows(6000, 1).ToArray().Chunk(Toy.Features)];
        var shuffled = Figures([.. RandomStream.FromSeed(77).Permutation(rows.Length).Select(i => rows[i])], Seeds);
        var sorted = Figures([.. rows.OrderBy(r => r[0])], Seeds);
        Assert.Equal(shuffled.Loss, sorted.Loss, LossTolerance);
        Assert.Equal(shuffled.Norm, sorted.Norm, NormTolerance);
        Assert.Equal(shuffled.AreaUnderRocCurve, sorted.AreaUnderRocCurve, AurocTolerance);
    }

    /// <summary>Of one model, so that nothing but the draw differs: the largest departure of a mean of 200 rows is four of its standard errors.</summary>
    [Fact]
    public void Posteriors_and_isometry_are_measured_on_rows_from_all_over_a_file()
    {
        const int Drawn = 200;
        const double StandardErrors = 4;
        float[][] rows = [.. Toy.Rows(6000, 1).ToArray().Chunk(Toy.Features).OrderBy(r => r[0])];
        var source = new RowReading.Stream(new MatrixRows(rows.SelectMany(r => r).ToArray(), Toy.Features));
        var model = VaeFit.Run(source, Options(seed: 1)).Model;
        int before = source.Passes;
        var (all, drawn) = (IsometryReport.Measure(model, source, rows.Length), IsometryReport.Measure(model, source, Drawn));
        var (means, drawnMeans) = (PosteriorTable.Of(model, source), PosteriorTable.Of(model, source, Drawn));
        Assert.Equal(4, source.Passes - before);
        Assert.Equal((rows.Length, Drawn, Drawn), (all.Rows, drawn.Rows, drawnMeans.Rows));
        for (int j = 0; j < model.LatentDimension; j++)
        {
            Assert.Equal(all.Latents[j].NormMean, drawn.Latents[j].NormMean, StandardErrors * all.Latents[j].NormDeviation / Math.Sqrt(Drawn));
            double[] column = [.. means.Mean.Where((_, i) => i % model.LatentDimension == j).Select(v => (double)v)];
            double deviation = Math.Sqrt(column.Average(v => v * v) - Math.Pow(column.Average(), 2));
            Assert.Equal(column.Average(), drawnMeans.Mean.Where((_, i) => i % model.LatentDimension == j).Average(v => (double)v), StandardErrors * deviation / Math.Sqrt(Drawn));
        }
    }

    private static VaeFitOptions Options(int seed) => new()
    {
        LatentDimension = 2,
        HiddenWidths = [16],
        Training = new TrainingOptions { Steps = 600, BatchSize = 64, LearningRate = 1e-2, ValidationInterval = 50, MaximumValidationRows = 200, Seed = seed },
    };

    private (double Loss, double Norm, double AreaUnderRocCurve) Figures(float[][] rows, int seeds)
    {
        File.WriteAllLines(_path, rows.Select(r => string.Join(',', r.Select(v => v.ToString(CultureInfo.InvariantCulture)))).Prepend("a,b,c,d,e"));
        using var cached = new CachedRows(new CsvRows(_path));
        var (normal, broken) = (Toy.Rows(1000, 2), Toy.Rows(1000, 3, values => { for (int r = 0; r < 1000; r++) values[(r * Toy.Features) + 4] += 1; }));
        bool[] isAnomaly = [.. Enumerable.Range(0, 2000).Select(i => i >= 1000)];
        var figures = Enumerable.Range(0, seeds).Select(seed =>
        {
            var fit = VaeFit.Run(cached, Options(seed));
            var model = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1);
            float[] scores = [.. new[] { normal, broken }.SelectMany(part => model.ScoreAll(part))];
            return (fit.Training.BestValidationLoss!.Value, model.Isometry.Latents.MaxBy(l => l.InverseVariance)!.NormMean, DetectionMetrics.Compute(scores, isAnomaly).AreaUnderRocCurve);
        }).ToArray();
        return (figures.Average(f => f.Item1), figures.Average(f => f.Item2), figures.Average(f => f.Item3));
    }

    // Loses a row in every pass, as a table does from which somebody deletes.
    private sealed class Shrinking : IRowSource
    {
        private int _rows = 500;

        public int FeatureCount => Toy.Features;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => Toy.Rows(_rows -= 50, 1).Read(order);
    }
}
