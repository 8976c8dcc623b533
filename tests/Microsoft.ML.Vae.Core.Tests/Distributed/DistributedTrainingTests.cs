using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Distributed;

public sealed class DistributedTrainingTests : IDisposable
{
    // Gradients of single precision, averaged in another order, after forty steps of Adam.
    private const float SameStep = 1e-5f;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_number_of_workers_and_threads_gives_the_same_bits()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        byte[] expected = ToyShards.Bytes(ToyShards.Train(job).Model);
        foreach (var (workers, threads) in new[] { (2, 1), (4, 1), (8, 1), (3, 1), (1, 4), (2, 2) })
            Assert.Equal(expected, ToyShards.Bytes(ToyShards.Train(job, workers, threads).Model));
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.2)]
    [InlineData(3, 0.4)]
    public async Task Workers_that_die_and_results_that_come_in_any_order_change_no_bit(int seed, double deaths)
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        using var cluster = new ChaoticCluster(4, seed, deaths);
        var result = await new DistributedTraining(job, cluster).RunAsync();
        Assert.Equal(ToyShards.Bytes(ToyShards.Train(job).Model), ToyShards.Bytes(result.Model));
        Assert.Equal(deaths > 0, cluster.Deaths > 0);
    }

    [Fact]
    public async Task A_task_that_no_worker_survives_ends_the_job()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        using var cluster = new ChaoticCluster(2, 1, deaths: 1);
        await Assert.ThrowsAsync<WorkerLostException>(() => new DistributedTraining(job, cluster).RunAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(11)]
    public void A_coordinator_that_died_is_followed_by_one_that_goes_on_to_the_same_bits(int saves)
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        byte[] expected = ToyShards.Bytes(ToyShards.Train(job).Model);
        var first = new MortalStore(saves);
        Assert.Throws<IOException>(() => ToyShards.Train(job, store: first));
        var second = new MortalStore { State = first.State };
        var result = ToyShards.Train(DistributedJob.FromBytes(job.ToBytes()), workers: 2, store: second);
        Assert.Equal(expected, ToyShards.Bytes(result.Model));
        // One of the survey, one of each round, one of the detector, and none twice.
        Assert.Equal(12, first.Saves + second.Saves);
    }

    [Fact]
    public async Task A_state_that_is_refused_ends_a_round_that_nobody_serves()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder), virtualShards: 1);
        using var workers = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        var cluster = new DesertedCluster(workers, rounds: 1);
        // Its survey is kept; the first round's state is refused while the second round waits.
        await Assert.ThrowsAsync<IOException>(() => new DistributedTraining(job, cluster, new MortalStore(saves: 1)).RunAsync().WaitAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal(2, cluster.Rounds);
    }

    [Fact]
    public async Task A_cancelled_job_goes_on_from_its_last_round()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        var store = new FileJobStore(_folder.File("job.state"));
        using var cluster = new LocalShardCluster(2, new ShardWorkerOptions { Threads = 1 });
        using var stop = new CancellationTokenSource();
        var atThird = new Watch(line => { if (line is { Phase: DistributedPhase.Training, Done: 18 }) stop.Cancel(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DistributedTraining(job, cluster, store).RunAsync(atThird, stop.Token));
        var lines = new List<DistributedProgress>();
        var result = await new DistributedTraining(job, cluster, store).RunAsync(new Watch(lines.Add));
        Assert.Equal(ToyShards.Bytes(ToyShards.Train(job).Model), ToyShards.Bytes(result.Model));
        Assert.Equal(24, lines.First(l => l.Done > 0).Done);
        // A finished job is not begun again.
        Assert.Equal(ToyShards.Bytes(result.Model), ToyShards.Bytes((await new DistributedTraining(job, new ChaoticCluster(1, 1, deaths: 1), store).RunAsync()).Model));
    }

    [Fact]
    public void The_state_of_another_job_is_refused()
    {
        var shards = ToyShards.Write(_folder);
        var store = new MortalStore();
        ToyShards.Train(ToyShards.Job(shards), store: store);
        var other = Assert.Throws<InvalidOperationException>(() => ToyShards.Train(ToyShards.Job(shards, localSteps: 7), store: store));
        Assert.Contains("another job", other.Message);
        store.State![^20] ^= 1;
        Assert.Throws<FormatException>(() => ToyShards.Train(ToyShards.Job(shards), store: store));
    }

    [Fact]
    public void With_one_local_step_it_is_training_on_the_batches_of_all_virtual_shards_as_one()
    {
        const int Steps = 40;
        var job = ToyShards.Job(ToyShards.Write(_folder), localSteps: 1);
        job = job with { Fit = job.Fit with { Training = job.Fit.Training with { Steps = Steps, ValidationInterval = Steps } } };
        var store = new MortalStore();
        ToyShards.Train(job, workers: 3, store: store);
        var reached = JobState.FromBytes(store.State!).Rounds!.Engine;
        var expected = LargeBatches.Train(job, Steps);
        Assert.Equal(Steps, reached.Steps);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], reached.Parameters[i], SameStep);
    }

    [Fact]
    public void Statistics_are_those_of_the_training_rows_in_one_process()
    {
        var shards = ToyShards.Write(_folder);
        var store = new MortalStore();
        var result = ToyShards.Train(ToyShards.Job(shards), workers: 2, store: store);
        var survey = new Survey(Toy.Features, []).Join(JobState.FromBytes(store.State!).Numbers);
        var (rows, role) = (new List<float>(), new RowRole(Toy.Options.Seed!.Value, new VaeFitOptions().HeldOutFraction));
        var all = VirtualShards.Of(shards, 8);
        for (int v = 0; v < all.Length; v++)
            foreach (var (row, place) in LargeBatches.Rows(all[v]).Select((row, place) => (row, place)))
                if (role.Trains(role.Hash(v, place))) rows.AddRange(row);
        var expected = ColumnStatistics.Of(new MatrixRows(rows.ToArray(), Toy.Features));
        var found = survey.Moments.ToStatistics();
        Assert.Equal(expected.Rows, found.Rows);
        Assert.Equal(expected.Rows, result.Roles.Trained);
        Assert.Equal(ToyShards.RowsOfAll, result.Roles.Trained + result.Roles.Chose + result.Roles.Calibrated);
        Assert.Equal(expected.Minimum, found.Minimum);
        for (int i = 0; i < Toy.Features; i++)
        {
            Assert.Equal(expected.Mean[i], found.Mean[i], 1e-12);
            Assert.Equal(expected.StandardDeviation[i], found.StandardDeviation[i], 1e-12);
        }
    }

    [Fact]
    public void The_detector_is_one_of_the_library_and_finds_what_one_process_finds()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder), virtualShards: 4);
        job = job with { Fit = job.Fit with { Training = job.Fit.Training with { Steps = 600, ValidationInterval = 60 } } };
        var shared = AnomalyModelFile.Load(new MemoryStream(ToyShards.Bytes(ToyShards.Train(job).Model)));
        var alone = AnomalyModel.Calibrate(VaeFit.Run(new MatrixRows((float[])[.. Enumerable.Range(0, ToyShards.Files).SelectMany(f => ToyShards.Rows(f).ToArray())], Toy.Features), job.Fit), job.Estimator, job.FalseAlarmRate);
        Assert.InRange(Found(shared), Found(alone) - 0.02, 1);
        Assert.Equal(60, shared.Bank!.Count);
        // A tenth of the rows calibrate.
        Assert.InRange(shared.Calibration.Scores.Count, 0.08 * ToyShards.RowsOfAll, 0.12 * ToyShards.RowsOfAll);
    }

    [Fact]
    public void Categories_gaps_and_their_flags_are_those_of_a_fit()
    {
        var shards = ToyShards.Write(_folder);
        for (int f = 0; f < ToyShards.Files; f++)
            BinaryRows.Write(Toy.Rows(400, f, values => { for (int i = 0; i < values.Length; i++) values[i] = i % 5 is 3 or 4 ? (i / 5 % 2 == (i % 5) - 3 ? 1 : 0) : i % 97 == 0 ? float.NaN : values[i]; }), shards[f].Path);
        FeatureColumn[] columns = [new("a", 0, 1, ColumnKind.FromData), new("b", 1, 1, ColumnKind.FromData), new("c", 2, 1, ColumnKind.FromData), new("kind", 3, 2, ColumnKind.Category)];
        var job = ToyShards.Job(shards);
        job = job with { Fit = job.Fit with { Columns = columns, IncludeMissingness = true }, FeatureNames = ["a", "b", "c", "kind.x", "kind.y"] };
        var result = ToyShards.Train(job, workers: 3);
        Assert.Equal(ToyShards.Bytes(ToyShards.Train(DistributedJob.FromBytes(job.ToBytes())).Model), ToyShards.Bytes(result.Model));
        Assert.Equal([0, 1, 2, 3], result.Model.Vae.Watched);
        Assert.Equal(ColumnKind.Category, result.Model.Vae.Columns[3].Kind);
        Assert.Equal("a missing", result.Model.Vae.FeatureNames[5]);
        Assert.True(float.IsFinite(result.Model.ScoreAll(new MatrixRows(new float[] { float.NaN, 0, 0, 1, 0 }, 5))[0]));
    }

    [Fact]
    public async Task A_training_that_diverged_says_so_and_is_not_begun_again()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder), virtualShards: 2);
        job = job with { Fit = job.Fit with { Training = job.Fit.Training with { LearningRate = 1e30, WarmupSteps = 0, MaximumGradientNorm = double.PositiveInfinity } } };
        var store = new MortalStore();
        var result = ToyShards.Train(job, store: store);
        Assert.Equal(TrainingOutcome.Diverged, result.Training.Outcome);
        Assert.Contains("learning rate", result.Training.Message);
        var again = await new DistributedTraining(job, new ChaoticCluster(1, 1, deaths: 1), store).RunAsync();
        Assert.Equal(result.Training.Message, again.Training.Message);
        Assert.Equal(result.Training.History, again.Training.History);
    }

    [Fact]
    public async Task A_finished_job_tells_all_evaluations_again()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder), virtualShards: 2);
        job = job with { Fit = job.Fit with { Training = job.Fit.Training with { Steps = 3000, ValidationInterval = 12, Patience = 2, LearningRate = 5e-2, Schedule = LearningRateSchedule.Cosine } } };
        var store = new MortalStore();
        var result = ToyShards.Train(job, store: store);
        Assert.Equal(TrainingOutcome.EarlyStopped, result.Training.Outcome);
        var again = await new DistributedTraining(job, new ChaoticCluster(1, 1, deaths: 1), store).RunAsync();
        Assert.Equal(result.Training.History, again.Training.History);
        Assert.Equal(result.Training.BestStep, again.Training.BestStep);
    }

    [Fact]
    public void Where_no_row_chooses_the_rows_that_train_are_measured()
    {
        // Costs are kept in single precision.
        const double HeldOut = 0.02, Single = 1e-5;
        const int Rows = 60;
        var rows = Toy.Rows(Rows, 5);
        BinaryRows.Write(rows, _folder.File("few"));
        // A seed by which one or two rows calibrate and none chooses.
        var (seed, role) = Enumerable.Range(0, 10_000).Select(s => (Seed: s, Role: new RowRole(s, HeldOut)))
            .First(r => All(r.Role).All(row => !r.Role.Chooses(row.Hash)) && All(r.Role).Any(row => !r.Role.Trains(row.Hash)));
        var job = ToyShards.Job([Shard.Binary(_folder.File("few"))], virtualShards: 1);
        job = job with { Fit = job.Fit with { HeldOutFraction = HeldOut, ReferenceRows = 0, Training = job.Fit.Training with { Seed = seed } } };
        var model = ToyShards.Train(job).Model.Vae;
        var trained = rows.Subset(All(role).Select((row, i) => (row, i)).Where(r => role.Trains(r.row.Hash)).Select(r => r.i));
        var scorer = new VaeScorer(model, trained.RowCount, LossEstimator.Default);
        scorer.Score(trained.ToArray(), trained.RowCount, VaeOutputs.Loss);
        for (int i = 0; i < Toy.Features; i++)
            Assert.Equal(Enumerable.Range(0, trained.RowCount).Average(r => (double)scorer.FeatureLoss[(r * Toy.Features) + i]), model.Missing!.Costs[i], Single);

        static IEnumerable<(int Row, double Hash)> All(RowRole role) => Enumerable.Range(0, Rows).Select(r => (r, role.Hash(0, r)));
    }

    [Fact]
    public void The_model_started_from_stays_where_rounds_make_it_worse()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder));
        var start = ToyShards.Train(job with { Fit = job.Fit with { Training = job.Fit.Training with { Steps = 300, ValidationInterval = 60 } } }).Model.Vae;
        var worse = job with { Fit = job.Fit with { StartFrom = start, Training = job.Fit.Training with { Steps = 12, LearningRate = 5, MaximumGradientNorm = double.PositiveInfinity } } };
        var first = new MortalStore(saves: 2);
        Assert.Throws<IOException>(() => ToyShards.Train(worse, store: first));
        foreach (var result in new[] { ToyShards.Train(worse, workers: 3), ToyShards.Train(worse, store: new MortalStore { State = first.State }) })
        {
            Assert.Equal(TrainingOutcome.Completed, result.Training.Outcome);
            Assert.Equal(0, result.Training.BestStep);
            Assert.Equal(start.Parameters.Values.ToArray(), result.Model.Vae.Parameters.Values.ToArray());
        }
    }

    [Theory]
    [InlineData(20, 100_000)]
    [InlineData(167, 100_000)]
    [InlineData(260, 64_527)]
    [InlineData(100_000_000, 1)]
    public void A_draw_has_fewer_rows_where_they_have_many_features(int features, int expected) => Assert.Equal(expected, RowDraws.Fitting(AnomalyModel.MaximumCalibrationRows, features));

    private static double Found(AnomalyModel model)
    {
        const int Normal = 400, Broken = 100;
        var broken = Toy.Rows(Broken, 98, values => { for (int r = 0; r < Broken; r++) values[(r * Toy.Features) + 2] = -values[(r * Toy.Features) + 2] - 1; });
        var rows = new MatrixRows((float[])[.. Toy.Rows(Normal, 99).ToArray(), .. broken.ToArray()], Toy.Features);
        return DetectionMetrics.Compute(model.ScoreAll(rows), [.. Enumerable.Range(0, Normal + Broken).Select(r => r >= Normal)]).AreaUnderRocCurve;
    }

    private sealed class Watch(Action<DistributedProgress> see) : IProgress<DistributedProgress>
    {
        public void Report(DistributedProgress value) => see(value);
    }
}
