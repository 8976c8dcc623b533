using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>A task on the board, with whoever waits for it.</summary>
/// <param name="task">The task.</param>
/// <param name="bytes">The task as a message.</param>
/// <param name="posted">Timestamp of its arrival.</param>
internal sealed class BoardTask(ShardTask task, byte[] bytes, long posted)
{
    /// <summary>The task.</summary>
    public ShardTask Task => task;

    /// <summary>The task as a message.</summary>
    public byte[] Bytes => bytes;

    /// <summary>Timestamp of its arrival.</summary>
    public long Posted => posted;

    /// <summary>Timestamp at which a worker took it.</summary>
    public long Given { get; set; }

    /// <summary>Of the order that a worker has.</summary>
    public Guid Number { get; set; }

    /// <summary>How often a worker failed at it.</summary>
    public int Failures { get; set; }

    /// <summary>Silos of the workers that failed at it.</summary>
    public HashSet<string> Failed { get; } = new(StringComparer.Ordinal);

    /// <summary>Its result, or why there is none.</summary>
    public TaskCompletionSource<ShardResult> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
