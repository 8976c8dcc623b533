namespace Microsoft.ML.Vae.Core;

/// <summary>What a worker may use of its machine. Immutable; no result depends on it.</summary>
public sealed record ShardWorkerOptions
{
    /// <summary>Threads that work on the virtual shards of a task, one each. All processors: a worker is alone on its machine.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes that rows may take in memory; what is beyond lies in a file. A quarter of what there is: engines, the system and its file cache want the rest.</summary>
    public long RowBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Where that file lies; null: the system's temporary folder.</summary>
    public string? Folder { get; init; }
}
