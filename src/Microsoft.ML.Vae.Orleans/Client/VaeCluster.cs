using System.Security.Cryptography;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>Trains and scores on the silos of a cluster. Thread-safe.</summary>
/// <remarks>
/// A job is known by what it asks for: asked again after a cancellation, a failure, or the death of this program, it goes on from its last state. It is forgotten once its result is here, and kept.
/// Whoever waits needs no silo in particular: calls are repeated while silos come and go.
/// </remarks>
/// <param name="grains">A client of the cluster, or one of its silos.</param>
public sealed class VaeCluster(IGrainFactory grains)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(15);

    /// <summary>Trains a detector. The same job gives the same bits on any number of silos of the same instruction set, whichever of them die meanwhile.</summary>
    /// <param name="job">Shards and options.</param>
    /// <param name="progress">Hears how it stands some times a second; null: nobody does.</param>
    /// <param name="keep">Saves the result before the cluster forgets it: where this throws, or the program dies, the same job asked for again gives the result at once. Null: it is forgotten as it is returned.</param>
    /// <param name="cancellation">Stops the job in the cluster after what it has kept.</param>
    /// <exception cref="ShardException">A shard cannot be read.</exception>
    /// <exception cref="ClusterJobException">The job failed for another reason.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, here or by another program.</exception>
    public Task<DistributedResult> TrainAsync(DistributedJob job, IProgress<ClusterProgress>? progress = null, Action<DistributedResult>? keep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        return RunAsync(new JobRequest(JobKind.Training, job.Validated().ToBytes()), DistributedMessages.ReadResult, keep, progress, cancellation);
    }

    /// <summary>Scores shards to files, one each, exactly once: a file that is there is whole, and asked again the job leaves alone what the same detector has scored.</summary>
    /// <param name="job">The detector, what to score, and where the scores go.</param>
    /// <param name="progress">Hears how it stands some times a second; null: nobody does.</param>
    /// <param name="cancellation">Stops the job in the cluster.</param>
    /// <exception cref="ShardException">A shard cannot be read.</exception>
    /// <exception cref="ClusterJobException">The job failed for another reason.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, here or by another program.</exception>
    public Task<DistributedScores> ScoreAsync(DistributedScoringJob job, IProgress<ClusterProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        return RunAsync(new JobRequest(JobKind.Scoring, job.ToBytes()), DistributedMessages.ReadScores, null, progress, cancellation);
    }

    /// <summary>A job's name: a hash of what it asks for.</summary>
    internal static string NameOf(JobRequest request) => Convert.ToHexStringLower(SHA256.HashData([(byte)request.Kind, .. request.Content]))[..32];

    private async Task<T> RunAsync<T>(JobRequest request, Func<byte[], T> read, Action<T>? keep, IProgress<ClusterProgress>? progress, CancellationToken cancellation)
    {
        var grain = grains.GetGrain<IJobGrain>(NameOf(request));
        var start = Task.CompletedTask;
        try
        {
            await Patiently.CallAsync(() => start = grain.StartAsync(request), cancellation).ConfigureAwait(false);
            var status = await WatchAsync(grain, progress, cancellation).ConfigureAwait(false);
            Check(status);
            var result = read(await FetchAsync(grain, cancellation).ConfigureAwait(false));
            keep?.Invoke(result);
            await Patiently.CallAsync(grain.ForgetAsync, cancellation).ConfigureAwait(false);
            return result;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await TellAsync(grain, start).ConfigureAwait(false);
            throw;
        }
    }

    // Calls may overtake each other: a start that is still on its way would begin the job behind its cancellation. A cluster without an answer has nobody left to be told.
    private static async Task TellAsync(IJobGrain grain, Task start)
    {
        using var limit = new CancellationTokenSource(Farewell);
        await Patiently.CallAsync(CancelAsync, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task CancelAsync()
        {
            await start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await grain.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task<JobStatus> WatchAsync(IJobGrain grain, IProgress<ClusterProgress>? progress, CancellationToken cancellation)
    {
        for (long seen = 0; ;)
        {
            var status = await Patiently.CallAsync(() => grain.StatusAsync(seen), cancellation).ConfigureAwait(false);
            progress?.Report(status.Progress);
            if (status.Progress.Phase != ClusterJobPhase.Running) return status;
            seen = status.Version;
        }
    }

    private static void Check(JobStatus status)
    {
        switch (status.Progress.Phase)
        {
            case ClusterJobPhase.Done: return;
            case ClusterJobPhase.Failed when status.Shard is { } shard: throw new ShardException(shard, status.Failure!);
            case ClusterJobPhase.Failed: throw new ClusterJobException($"The job failed: {status.Failure}");
            case ClusterJobPhase.Cancelled: throw new OperationCanceledException("The job was cancelled by another program; asked for again, it goes on.");
            case ClusterJobPhase.None: throw Taken();
            case ClusterJobPhase.Running: throw new InvalidOperationException("Expected an end of the job, got a running one.");
        }
    }

    private static async Task<byte[]> FetchAsync(IJobGrain grain, CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        for (int part = 0; ; part++)
        {
            byte[] bytes = await Patiently.CallAsync(() => grain.ResultAsync(part), cancellation).ConfigureAwait(false) ?? throw Taken();
            if (bytes.Length == 0) return whole.ToArray();
            whole.Write(bytes);
        }
    }

    private static ClusterJobException Taken() => new("The job was asked for by another program too, which took its result: ask again.");
}
