using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>What averaging costs: AUROC, average precision and loss of detectors that virtual shards trained with so many local steps, beside one process.</summary>
internal static class LocalStepsCommand
{
    /// <summary>Share of the normal test rows, those with the lowest losses, whose mean is compared: as training chooses states.</summary>
    private const double LossShare = 0.9;

    /// <summary>Tables FILE[:COLUMNS:POSITIVE] or generated:ROWS; local steps, virtual shards, seeds, steps of one process (0: automatic).</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var settings = Settings.Parse(arguments);
        Console.WriteLine("data, shards, local steps, seed, AUROC, AP, loss, steps, row-steps, seconds");
        foreach (string data in settings.Data)
        {
            string[] parts = data.Split(':');
            var rows = parts[0] == GeneratedRows.Format ? DistributedData.Generated(long.Parse(parts[1], CultureInfo.InvariantCulture))
                : DistributedData.Of(new JobSource("", parts[0], parts.ElementAtOrDefault(1) is { Length: > 0 } c ? c : null, parts.ElementAtOrDefault(2)));
            for (int seed = 1; seed <= settings.Seeds; seed++)
            {
                if (settings.HasBaseline) OneProcess(rows, settings, seed);
                foreach (int shards in settings.Shards)
                    foreach (int steps in settings.LocalSteps) Shared(rows, settings, shards, steps, seed);
            }
        }
        return 0;
    }

    private static void OneProcess(DistributedData data, Settings settings, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        var fit = VaeFit.Run(data.Training, Options(data, settings.Steps, seed), data.Names, control: new TrainingControl { Threads = settings.Threads });
        Print(data, 1, 0, seed, AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.05), fit.Training, 1, start);
    }

    private static void Shared(DistributedData data, Settings settings, int shards, int localSteps, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        var job = new DistributedJob
        {
            Shards = data.Shards,
            Fit = Options(data, (settings.Steps + shards - 1) / shards, seed),
            FeatureNames = data.Names,
            Distribution = new DistributedOptions { VirtualShards = shards, LocalSteps = localSteps },
        };
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = settings.Threads });
        var result = new DistributedTraining(job, cluster).RunAsync().GetAwaiter().GetResult();
        Print(data, shards, localSteps, seed, result.Model, result.Training, shards, start);
    }

    private static VaeFitOptions Options(DistributedData data, int steps, int seed)
    {
        var options = new VaeFitOptions { Columns = data.Columns, Training = new TrainingOptions { Seed = seed, Steps = steps } };
        return steps == 0 ? options : options with { Training = options.Training with { ValidationInterval = Math.Max(1, Math.Min(100, steps / 20)) } };
    }

    private static void Print(DistributedData data, int shards, int localSteps, int seed, AnomalyModel model, TrainingResult training, int workers, long start)
    {
        var metrics = DetectionMetrics.Compute(model.ScoreAll(data.Test), data.IsAnomaly);
        long steps = training.History[^1].Step;
        Console.WriteLine($"{data.Name}, {shards}, {localSteps}, {seed}, {metrics.AreaUnderRocCurve:f4}, {metrics.AveragePrecision:f4}, {Loss(data, model.Vae):f4}, {steps}, {steps * workers * 128 / 1e6:f2} million, {Stopwatch.GetElapsedTime(start).TotalSeconds:f0}");
    }

    // −ELBO of the normal test rows, a draw of them with the same noise for all.
    private static double Loss(DistributedData data, VaeModel model)
    {
        var rows = model.Scaling.Scale(data.Test.Subset(Enumerable.Range(0, data.Test.RowCount).Where(r => !data.IsAnomaly[r])), model.Architecture.Likelihood.UnitFeatures(model.FeatureCount));
        var (options, observed) = (new TrainingOptions { ValidationShare = LossShare }, ObservedValues.Of(model.Architecture.Likelihood, model.FeatureCount));
        using var engine = ManagedEngine.Factory.Create(model.Architecture, model.Parameters, new EngineSettings { MaximumBatchSize = options.BatchSize, Threads = 1 });
        return new ValidationSet(rows, model.LatentDimension, options, null, observed).Loss(engine, options.KlWeight);
    }

    private sealed record Settings(string[] Data, int[] LocalSteps, int[] Shards, int Seeds, int Steps, int Threads, bool HasBaseline)
    {
        public static Settings Parse(ReadOnlySpan<string> arguments)
        {
            var settings = new Settings([], [16, 64, 256], [8], 3, 0, 1, true);
            for (int i = 0; i < arguments.Length; i++)
            {
                settings = arguments[i] switch
                {
                    "--local-steps" => settings with { LocalSteps = Integers(arguments[++i]) },
                    "--shards" => settings with { Shards = Integers(arguments[++i]) },
                    "--seeds" => settings with { Seeds = Integers(arguments[++i])[0] },
                    "--steps" => settings with { Steps = Integers(arguments[++i])[0] },
                    "--threads" => settings with { Threads = Integers(arguments[++i])[0] },
                    "--no-baseline" => settings with { HasBaseline = false },
                    var data => settings with { Data = [.. settings.Data, data] },
                };
            }
            return settings;
        }

        private static int[] Integers(string text) => [.. text.Split(',').Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
    }
}
