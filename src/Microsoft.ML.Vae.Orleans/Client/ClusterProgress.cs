using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>How a job stands.</summary>
public enum ClusterJobPhase
{
    /// <summary>Nobody has started it.</summary>
    None,

    /// <summary>It runs, or goes on as soon as a silo lives.</summary>
    Running,

    /// <summary>It was asked to stop, and goes on from its last state when it is started again.</summary>
    Cancelled,

    /// <summary>It stopped by itself, and says why.</summary>
    Failed,

    /// <summary>It is done.</summary>
    Done,
}

/// <summary>What a job does at the moment.</summary>
[GenerateSerializer, Immutable]
public sealed record ClusterProgress
{
    /// <summary>How it stands.</summary>
    [Id(0)] public ClusterJobPhase Phase { get; init; }

    /// <summary>Rounds or shards done, rows per second, time to the end; null: nothing yet.</summary>
    public DistributedProgress? Job => JobBytes.Length > 0 ? DistributedMessages.ReadProgress(JobBytes) : null;

    /// <summary>The workers that live.</summary>
    [Id(1)] public IReadOnlyList<SiloProgress> Silos { get; init; } = [];

    /// <summary>What tasks have cost, by their kind, since the coordinator began or went on.</summary>
    [Id(2)] public IReadOnlyList<WorkCost> Costs { get; init; } = [];

    /// <summary>How often the coordinator began or went on: 1 unless its silo died, or the job was cancelled and resumed.</summary>
    [Id(3)] public int Lives { get; init; }

    [Id(4)] internal byte[] JobBytes { get; init; } = [];
}

/// <summary>One silo's worker.</summary>
/// <param name="Name">Of the silo.</param>
/// <param name="Threads">Threads that its tasks run on.</param>
/// <param name="Tasks">Tasks done.</param>
/// <param name="Seconds">Time that they took [s].</param>
/// <param name="IsBusy">Whether it runs one now.</param>
/// <param name="Registers">Processor and width of its registers [bits], such as "X64 512": where silos differ, bits depend on who did what.</param>
[GenerateSerializer, Immutable]
public sealed record SiloProgress(
    [property: Id(0)] string Name, [property: Id(1)] int Threads, [property: Id(2)] int Tasks, [property: Id(3)] double Seconds, [property: Id(4)] bool IsBusy, [property: Id(5)] string Registers);

/// <summary>What the tasks of one kind cost.</summary>
/// <param name="Kind">Of the tasks.</param>
/// <param name="Tasks">How many are done.</param>
/// <param name="Bytes">In their messages, there and back.</param>
/// <param name="Seconds">Sum of the times that workers took [s].</param>
/// <param name="Span">From the first order to the last report [s].</param>
[GenerateSerializer, Immutable]
public sealed record WorkCost([property: Id(0)] string Kind, [property: Id(1)] long Tasks, [property: Id(2)] long Bytes, [property: Id(3)] double Seconds, [property: Id(4)] double Span);
