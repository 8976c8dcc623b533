using System.Globalization;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>How long `compare` measures, and against what.</summary>
internal sealed record CompareOptions
{
    /// <summary>Turns that each contestant takes on each workload; medians are over these.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Length of a turn.</summary>
    public double Seconds { get; init; } = 1;

    /// <summary>Folder of an OpenMP OpenBLAS (see peers/get_openblas.sh); null: the system's BLAS.</summary>
    public string? OpenBlas { get; init; }

    /// <summary>A Python with PyTorch.</summary>
    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>False: our own figures only.</summary>
    public bool Peers { get; init; } = true;

    /// <summary>True: one thread against one thread, rates per second of processor time: on a busy machine the fairest figure there is.</summary>
    public bool ProcessorTime { get; init; }

    /// <summary>Only these workloads; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether to tell where a step's time goes.</summary>
    public bool Profile { get; init; }

    /// <summary>Labelled files that are whole jobs, beside the generated one; none, and not <see cref="JobsOnly"/>: no jobs.</summary>
    public IReadOnlyList<JobSource> Jobs { get; init; } = [];

    /// <summary>Whole jobs and nothing else.</summary>
    public bool JobsOnly { get; init; }

    /// <summary>Times that our job runs; the median counts. Peers run once.</summary>
    public int JobRounds { get; init; } = 3;

    /// <summary>Processor seconds after which a peer's job is ended.</summary>
    public int JobLimit { get; init; } = 600;

    public static CompareOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new CompareOptions();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = double.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--openblas" => options with { OpenBlas = args[++i] },
                "--python" => options with { Python = args[++i] },
                "--only" => options with { Only = args[++i].Split(',') },
                "--processor-time" => options with { ProcessorTime = true },
                "--no-peers" => options with { Peers = false },
                "--profile" => options with { Profile = true },
                "jobs" => options with { JobsOnly = true },
                "--job" => options with { Jobs = [.. options.Jobs, Job(args[++i])] },
                "--columns" => options with { Jobs = [.. options.Jobs.SkipLast(1), options.Jobs[^1] with { Columns = args[++i] }] },
                "--positive" => options with { Jobs = [.. options.Jobs.SkipLast(1), options.Jobs[^1] with { Positive = args[++i] }] },
                "--job-rounds" => options with { JobRounds = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--job-limit" => options with { JobLimit = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }
        return options;
    }

    // NAME=FILE
    private static JobSource Job(string text) => text.Split('=', 2) is [var name, var file] ? new JobSource(name, file) : throw new ArgumentException($"Expected --job NAME=FILE, got '{text}'.");
}
