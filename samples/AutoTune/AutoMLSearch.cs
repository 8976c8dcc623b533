using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>The same search by ML.NET's AutoML: its search space, its cost-frugal tuner, our trial runner.</summary>
internal sealed class AutoMLSearch(MLContext ml, int trials, int steps) : ISearch
{
    private const string Key = "vae";

    public string Name => "Microsoft.ML.AutoML, cost-frugal tuner";

    public IReadOnlyList<Trial<VaeSearchOptions>> Run(TuningObjective<VaeSearchOptions> objective, VaeSearchSpace space, CancellationToken cancellation)
    {
        var searchSpace = new SearchSpace<VaeSearchOptions>();
        if (space.MaximumLatents > 1)
            searchSpace[nameof(VaeSearchOptions.LatentDimension)] = new UniformIntOption(1, space.MaximumLatents, logBase: true, space.Default.LatentDimension);
        using var runner = new Runner(objective, steps);
        var experiment = ml.Auto().CreateExperiment().AddSearchSpace(Key, searchSpace).SetCostFrugalTuner().SetMaxModelToExplore(trials).SetTrialRunner(runner);
        try
        {
            experiment.RunAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            // AutoML's word for a search without one success; the trials tell why.
        }
        return runner.Trials;
    }

    /// <summary>AutoML proposes, this evaluates. It would end at a first trial that throws: therefore a failure is an infinite loss.</summary>
    private sealed class Runner(TuningObjective<VaeSearchOptions> objective, int steps) : ITrialRunner
    {
        public List<Trial<VaeSearchOptions>> Trials { get; } = [];

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            var trial = Trial.Run(Trials.Count, settings.Parameter[Key].AsType<VaeSearchOptions>(), steps, objective, ct);
            Trials.Add(trial);
            return Task.FromResult(new TrialResult
            {
                TrialSettings = settings,
                Loss = trial.Loss,
                Metric = trial.Outcome?.LogDensity ?? double.NaN,
                DurationInMilliseconds = 1000 * trial.Seconds,
            });
        }

        // AutoML disposes of the runner after each trial; there is nothing to free.
        public void Dispose() { }
    }
}
