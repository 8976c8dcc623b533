using Microsoft.ML.Vae.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>The coordinator's state in grain storage. The coordinator runs elsewhere; reading and writing are turns of the grain.</summary>
/// <param name="state">The grain's.</param>
/// <param name="turns">The grain's scheduler.</param>
internal sealed class GrainJobStore(IPersistentState<StoredBytes> state, TaskScheduler turns) : IJobStore
{
    /// <inheritdoc/>
    public Task<byte[]?> LoadAsync(CancellationToken cancellation) =>
        TurnAsync(() => Task.FromResult(state.State.Content is { Length: > 0 } content ? content : null), cancellation);

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation of the grain has written.</exception>
    public Task SaveAsync(byte[] content, CancellationToken cancellation) => TurnAsync(async () =>
    {
        state.State.Content = content;
        await state.WriteStateAsync();
        return true;
    }, cancellation);

    private Task<T> TurnAsync<T>(Func<Task<T>> turn, CancellationToken cancellation) => Task.Factory.StartNew(turn, cancellation, TaskCreationOptions.None, turns).Unwrap();
}
