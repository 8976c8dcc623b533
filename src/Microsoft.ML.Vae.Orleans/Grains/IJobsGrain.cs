using Orleans.Concurrency;
using Orleans.Runtime;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>The one list of jobs that want workers. It outlives its silo.</summary>
internal interface IJobsGrain : IGrainWithIntegerKey
{
    /// <summary>Puts a job on the list.</summary>
    Task AddAsync(string job);

    /// <summary>Takes it off.</summary>
    Task RemoveAsync(string job);

    /// <summary>A job that wants workers, another one than <paramref name="last"/> where there are several; null: there was none for some seconds.</summary>
    Task<string?> NextAsync(string? last);
}

/// <summary>Names of the list.</summary>
[GenerateSerializer]
internal sealed class JobList
{
    /// <summary>In order of their arrival.</summary>
    [Id(0)] public List<string> Names { get; set; } = [];
}

/// <inheritdoc cref="IJobsGrain"/>
[Reentrant]
internal sealed class JobsGrain([PersistentState("jobs", VaeSilo.Storage)] IPersistentState<JobList> list) : Grain, IJobsGrain
{
    private TaskCompletionSource _news = NewSignal();

    /// <inheritdoc/>
    public Task AddAsync(string job) => list.State.Names.Contains(job) ? Task.CompletedTask : ChangeAsync(names => names.Add(job));

    /// <inheritdoc/>
    public Task RemoveAsync(string job) => list.State.Names.Contains(job) ? ChangeAsync(names => names.Remove(job)) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<string?> NextAsync(string? last)
    {
        if (list.State.Names.Count == 0) await Task.WhenAny(_news.Task, Task.Delay(VaeSilo.Patience));
        var names = list.State.Names;
        return names.Count == 0 ? null : names[(names.IndexOf(last ?? "") + 1) % names.Count];
    }

    private async Task ChangeAsync(Action<List<string>> change)
    {
        change(list.State.Names);
        try
        {
            await list.WriteStateAsync();
        }
        catch
        {
            // The next activation reads what the store holds.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            var news = _news;
            _news = NewSignal();
            news.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
