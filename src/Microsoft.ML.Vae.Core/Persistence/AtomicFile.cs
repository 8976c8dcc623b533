namespace Microsoft.ML.Vae.Core;

/// <summary>Writes a file whole or not at all: a failure leaves the old file untouched.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target, then moves into place.</summary>
    /// <exception cref="IOException">The file could not be written; the old one is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }
}
