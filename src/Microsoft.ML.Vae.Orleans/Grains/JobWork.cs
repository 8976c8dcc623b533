using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>What a job does, by its kind; all of it is the core's.</summary>
internal static class JobWork
{
    /// <summary>Runs a job, or goes on with it; gives the result's bytes.</summary>
    public static async Task<byte[]> RunAsync(JobRequest request, IShardCluster cluster, IJobStore store, IProgress<DistributedProgress> progress, CancellationToken cancellation) => request.Kind switch
    {
        JobKind.Training => DistributedMessages.ToBytes(await new DistributedTraining(DistributedJob.FromBytes(request.Content), cluster, store).RunAsync(progress, cancellation).ConfigureAwait(false)),
        JobKind.Scoring => DistributedMessages.ToBytes(await DistributedScoringJob.FromBytes(request.Content).RunAsync(cluster, progress, cancellation).ConfigureAwait(false)),
    };
}
