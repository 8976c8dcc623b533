namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>Waits for a step of a training.</summary>
internal sealed class Watcher : IProgress<ClusterProgress>
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The step waited for.</summary>
    public required int At { get; init; }

    private Task Reached => _reached.Task;

    /// <summary>Waits for the step while the job runs.</summary>
    /// <exception cref="InvalidOperationException">The job ended first: there was nothing left to interrupt.</exception>
    public async Task ReachedBeforeAsync(Task job)
    {
        if (await Task.WhenAny(Reached, job) == Reached) return;
        await job;
        throw new InvalidOperationException($"The job ended before step {At} was heard of: give it more steps.");
    }

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
