#if MLNET_PACKAGE
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
#endif

namespace AutoTune.Tests;

/// <summary>With the real Microsoft.ML.AutoML; skipped with the stand-in, which has none.</summary>
public sealed class AutoMLTests
{
    private const string NoAutoML = "Microsoft.ML.AutoML is not part of the stand-in; run with -p:MLNet=package.";

#if MLNET_PACKAGE
    private readonly MLContext _ml = new(1);

    [SkippableFact]
    public void Its_search_space_reads_our_options()
    {
        var space = new SearchSpace<VaeSearchOptions>();
        Assert.Equal(["KlWeight", "LatentDimension", "Layers", "LearningRate", "Width"], space.Keys.Order());
        Assert.Equal(5, space.FeatureSpaceDim);
        var low = space.SampleFromFeatureSpace([0, 0, 0, 0, 0]);
        var high = space.SampleFromFeatureSpace([1, 1, 1, 1, 1]);
        Assert.Equal(new VaeSearchOptions { KlWeight = 0.1, LatentDimension = 1, Layers = 1, LearningRate = 2e-4, Width = 16 }, low);
        Assert.Equal((10, 32, 3, 512), (high.KlWeight, high.LatentDimension, high.Layers, high.Width));
        // Half-way on a logarithmic scale is the geometric mean.
        Assert.Equal(1, space.SampleFromFeatureSpace([0.5, 0.5, 0.5, 0.5, 0.5]).KlWeight, 1e-12);
    }

    [SkippableFact]
    public void Its_search_begins_near_our_defaults()
    {
        var space = new SearchSpace<VaeSearchOptions>();
        var start = space.SampleFromFeatureSpace(space.Default);
        var defaults = new VaeSearchOptions();
        // AutoML goes through logarithms and rounds whole numbers down.
        Assert.Equal(defaults.KlWeight, start.KlWeight, 1e-12);
        Assert.Equal(defaults.LearningRate, start.LearningRate, 1e-12);
        Assert.InRange(start.Width, defaults.Width - 1, defaults.Width);
        Assert.InRange(start.LatentDimension, defaults.LatentDimension - 1, defaults.LatentDimension);
        Assert.Equal(defaults.Layers, start.Layers);
    }

    [SkippableFact]
    public void Its_tuner_searches_through_our_runner()
    {
        var bowl = new Bowl();
        var trials = new AutoMLSearch(_ml, trials: 30, steps: 100).Run(bowl.Evaluate, new VaeSearchSpace(32), default);
        Assert.Equal(30, trials.Count);
        Assert.All(bowl.Calls, c => Assert.Equal(100, c.Steps));
        Assert.True(Bowl.Height(Trial.Best(trials)!.Setting) < Bowl.Height(trials[0].Setting) / 2);
    }

    [SkippableFact]
    public void It_bears_a_first_trial_that_fails()
    {
        int calls = 0;
        var bowl = new Bowl { Before = _ => { if (calls++ == 0) throw new InvalidOperationException("diverged"); } };
        var trials = new AutoMLSearch(_ml, trials: 5, steps: 10).Run(bowl.Evaluate, new VaeSearchSpace(32), default);
        Assert.Equal(5, trials.Count);
        Assert.Equal("diverged", trials[0].Failure);
        Assert.NotNull(Trial.Best(trials));
    }

    [SkippableFact]
    public void Cancellation_ends_its_search()
    {
        using var stop = new CancellationTokenSource();
        int calls = 0;
        var trials = new AutoMLSearch(_ml, trials: 100, steps: 10).Run(new Bowl { Before = _ => { if (++calls == 4) stop.Cancel(); } }.Evaluate, new VaeSearchSpace(32), stop.Token);
        Assert.Equal(3, trials.Count);
    }

    [SkippableFact]
    public void A_sweepable_pipeline_with_our_trainer_trains_a_few_trials()
    {
        var rows = Enumerable.Range(0, 300).Select(i => new Reading { A = i % 17, B = (i % 17) + (i % 3), C = i % 5 }).ToList();
        var data = _ml.Data.TrainTestSplit(_ml.Data.LoadFromEnumerable(rows), 0.3, seed: 1);
        var fixedOptions = new VaeTrainer.Options { Training = new() { Steps = 30, Seed = 1 } };
        var vae = _ml.Auto().CreateSweepableEstimator((ml, o) => ml.Transforms.VariationalAutoencoder(o.Apply(fixedOptions)), new SearchSpace<VaeSearchOptions>());
        var pipeline = _ml.Transforms.Concatenate("Features", "A", "B", "C").Append(vae);
        using var runner = new PipelineRunner(_ml, pipeline, data.TrainSet, data.TestSet);
        var best = _ml.Auto().CreateExperiment().SetPipeline(pipeline).SetTrialRunner(runner).SetMaxModelToExplore(4).Run();
        Assert.Equal(4, runner.Losses.Count);
        Assert.Equal(runner.Losses.Min(), best.Loss);
        Assert.Contains(best.Model.Transform(data.TestSet).Schema, c => c.Name == "Latent");
    }

    internal sealed class Reading
    {
        public float A { get; set; }
        public float B { get; set; }
        public float C { get; set; }
    }

    private sealed class PipelineRunner(MLContext ml, SweepablePipeline pipeline, IDataView train, IDataView test) : ITrialRunner
    {
        public List<double> Losses { get; } = [];

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            var model = pipeline.BuildFromOption(ml, settings.Parameter["_pipeline_"]).Fit(train);
            var vae = ((IEnumerable<ITransformer>)model).OfType<VaeTransformer>().Single().Model;
            float[][] rows = [.. model.Transform(test).GetColumn<float[]>("Features")];
            double density = HeldOutDensity.LogDensity(vae, new MatrixRows(rows.SelectMany(r => r).ToArray(), rows[0].Length));
            Losses.Add(-density);
            return Task.FromResult(new TrialResult { TrialSettings = settings, Model = model, Loss = -density, Metric = density });
        }

        public void Dispose() { }
    }
#else
    [SkippableFact]
    public void A_search_by_AutoML() => Skip.If(true, NoAutoML);
#endif
}
