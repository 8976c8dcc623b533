namespace Microsoft.ML.Vae.Core;

/// <summary>Keeps the state of one job, so that it goes on where it was, whoever goes on with it.</summary>
public interface IJobStore
{
    /// <summary>The state; null: there is none yet.</summary>
    Task<byte[]?> LoadAsync(CancellationToken cancellation);

    /// <summary>Replaces the state, wholly or not at all.</summary>
    Task SaveAsync(byte[] state, CancellationToken cancellation);
}

/// <summary>Keeps the state of a job in a file, which is replaced whole.</summary>
public sealed class FileJobStore : IJobStore
{
    private readonly string _path;

    /// <summary>Names the file; it need not be there.</summary>
    public FileJobStore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    /// <inheritdoc/>
    public async Task<byte[]?> LoadAsync(CancellationToken cancellation) => File.Exists(_path) ? await File.ReadAllBytesAsync(_path, cancellation).ConfigureAwait(false) : null;

    /// <inheritdoc/>
    public Task SaveAsync(byte[] state, CancellationToken cancellation)
    {
        AtomicFile.Write(_path, stream => stream.Write(state));
        return Task.CompletedTask;
    }
}
