namespace Microsoft.ML.Vae.Core;

/// <summary>Writes a file whole or not at all: a failure leaves the old file untouched.</summary>
internal static class AtomicFile
{
    /// <summary>Between its last byte and its move into place a file is neither locked nor abandoned; nor does a writer pause so long.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    /// <summary>Writes beside the target, then moves into place.</summary>
    /// <exception cref="IOException">The file could not be written; the old one is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
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

    /// <summary>Removes what writers that were killed left beside targets in a folder; whoever still writes has locked his, or, where locks do not cross machines, wrote a moment ago.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="targets">Pattern of the targets' names.</param>
    public static void RemoveAbandoned(string folder, string targets)
    {
        foreach (string temporary in Directory.EnumerateFiles(folder, $"{targets}.*.tmp"))
        {
            try
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(temporary) < Rest) continue;
                new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being written, or another one removed it: nothing is abandoned.
            }
        }
    }
}
