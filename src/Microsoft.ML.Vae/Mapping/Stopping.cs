using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>Both ways to stop: the context's own cancellation, and a token of the options.</summary>
internal static class Stopping
{
    /// <exception cref="OperationCanceledException">Either was asked for.</exception>
    public static void ThrowIfRequested(IHost host, CancellationToken token)
    {
        if (token.IsCancellationRequested || Internals.IsCancelled(host)) throw host.Process(Error(token));
    }

    public static OperationCanceledException Error(CancellationToken token) => new("Operation was canceled.", token.IsCancellationRequested ? token : CancellationToken.None);
}
