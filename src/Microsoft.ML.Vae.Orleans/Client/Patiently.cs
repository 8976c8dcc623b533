using System.Diagnostics;
using Orleans.Runtime;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>Repeats calls that meet silos that come and go. Only calls that may arrive twice are made so.</summary>
internal static class Patiently
{
    // A silo that dies is found in seconds; a cluster that gives no answer for so long has nobody left.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2), Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls until there is an answer.</summary>
    /// <exception cref="ClusterJobException">There was none for two minutes.</exception>
    public static async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        for (long from = Stopwatch.GetTimestamp(); ;)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await call().WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or IOException)
            {
                if (Stopwatch.GetElapsedTime(from) > Limit) throw new ClusterJobException($"The cluster gave no answer for {Limit.TotalMinutes} minutes: {e.Message}", e);
                await Task.Delay(Pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public static Task CallAsync(Func<Task> call, CancellationToken cancellation) => CallAsync(async () =>
    {
        await call().ConfigureAwait(false);
        return true;
    }, cancellation);
}
