namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>Waits for a step of a training.</summary>
internal sealed class Watcher : IProgress<ClusterProgress>
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The step waited for.</summary>
    public required int At { get; init; }

    /// <summary>Done when the step is reached.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lives of the coordinator.</summary>
    public int Lives { get; private set; }

    /// <summary>The first step that was heard of.</summary>
    public long First { get; private set; } = -1;

    public void Report(ClusterProgress value)
    {
        Lives = Math.Max(Lives, value.Lives);
        if (value.Job is not { Phase: DistributedPhase.Training, Done: > 0 } job) return;
        if (First < 0) First = job.Done;
        if (job.Done >= At) _reached.TrySetResult();
    }
}
