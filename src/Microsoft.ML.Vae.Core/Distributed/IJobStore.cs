namespace Microsoft.ML.Vae.Core;

/// <summary>Keeps the state of one job, so that it goes on where it was, whoever goes on with it.</summary>
public interface IJobStore
{
    /// <summary>The state; null: there is none yet.</summary>
    Task<byte[]?> LoadAsync(CancellationToken cancellation);

    /// <summary>Replaces the state, wholly or not at all.</summary>
    Task SaveAsync(byte[] state, CancellationToken cancellation);
}
