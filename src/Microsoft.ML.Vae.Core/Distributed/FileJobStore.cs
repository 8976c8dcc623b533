namespace Microsoft.ML.Vae.Core;

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
