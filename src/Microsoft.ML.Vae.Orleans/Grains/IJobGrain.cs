using Orleans.Runtime;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>One training or scoring, by its name: the coordinator, and where workers come for tasks. It outlives its silo.</summary>
internal interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Starts the job, or goes on with it where it stopped; does nothing where it runs or is done.</summary>
    /// <exception cref="InvalidOperationException">A job of this name asks for something else.</exception>
    Task StartAsync(JobRequest request);

    /// <summary>Stops the job after what it has kept; starting it again goes on from there.</summary>
    Task CancelAsync();

    /// <summary>How it stands: at once where that is not <paramref name="seen"/>, else after some seconds.</summary>
    Task<JobStatus> StatusAsync(long seen);

    /// <summary>A part of the result, from 0; empty behind the last; null: there is no result, or none any more.</summary>
    Task<byte[]?> ResultAsync(int part);

    /// <summary>Takes a worker's report, and gives it the next task; null: there is none, look elsewhere.</summary>
    Task<WorkOrder?> ExchangeAsync(WorkerCard worker, WorkReport? report);

    /// <summary>Takes the report of a worker that goes to another job.</summary>
    Task LeaveAsync(WorkerCard worker, WorkReport report);

    /// <summary>Forgets a job that does not run, and its result.</summary>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    Task ForgetAsync();
}

/// <summary>What is asked for.</summary>
/// <param name="Kind">Training or scoring.</param>
/// <param name="Content">The request's bytes.</param>
[GenerateSerializer, Immutable]
internal sealed record JobRequest([property: Id(0)] JobKind Kind, [property: Id(1)] byte[] Content);

/// <summary>Kinds of jobs.</summary>
internal enum JobKind
{
    /// <summary>Shards in, a detector out.</summary>
    Training,

    /// <summary>A detector and shards in, files of scores out.</summary>
    Scoring,
}

/// <summary>How a job stands, for whoever asked for it.</summary>
[GenerateSerializer, Immutable]
internal sealed record JobStatus
{
    /// <summary>Counts what happened.</summary>
    [Id(0)] public long Version { get; init; }

    /// <summary>How it stands.</summary>
    [Id(1)] public required ClusterProgress Progress { get; init; }

    /// <summary>Why it failed; null: it did not.</summary>
    [Id(2)] public string? Failure { get; init; }

    /// <summary>Name of the shard that stopped it; null: none did.</summary>
    [Id(3)] public string? Shard { get; init; }
}

/// <summary>What outlives the silo of a job.</summary>
[GenerateSerializer]
internal sealed record JobRecord
{
    /// <summary>What was asked for; null: nothing yet.</summary>
    [Id(0)] public JobRequest? Request { get; init; }

    /// <summary>How it stands.</summary>
    [Id(1)] public ClusterJobPhase Phase { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(2)] public string? Failure { get; init; }

    /// <summary>Name of the shard that stopped it.</summary>
    [Id(3)] public string? Shard { get; init; }

    /// <summary>How often the coordinator began or went on.</summary>
    [Id(4)] public int Lives { get; init; }
}

/// <summary>Bytes that outlive the silo: the coordinator's state, or a result.</summary>
[GenerateSerializer]
internal sealed class StoredBytes
{
    /// <summary>The bytes; empty: none.</summary>
    [Id(0)] public byte[] Content { get; set; } = [];
}
