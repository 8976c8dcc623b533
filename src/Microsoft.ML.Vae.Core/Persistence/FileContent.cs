namespace Microsoft.ML.Vae.Core;

/// <summary>Reads what may have been damaged or forged: whatever goes wrong is one kind of exception, which says what is wrong.</summary>
internal static class FileContent
{
    /// <summary>Opens a file and reads it; the error names the file.</summary>
    /// <exception cref="FormatException">Its content is refused.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static T Load<T>(string path, Func<Stream, T> load)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return load(stream);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{path}' cannot be loaded. {e.Message}", e);
        }
    }

    /// <summary>All bytes up to the stream's end.</summary>
    public static ArraySegment<byte> Bytes(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return new ArraySegment<byte>(memory.GetBuffer(), 0, (int)memory.Length);
    }

    /// <summary>Builds a part from content in memory.</summary>
    /// <exception cref="FormatException">The content is missing, unknown, or does not fit.</exception>
    public static T Build<T>(string complaint, Func<T> build)
    {
        try
        {
            return build() ?? throw new FormatException($"{complaint}: there is nothing.");
        }
        catch (Exception e) when (e is not (FormatException or OutOfMemoryException))
        {
            throw new FormatException($"{complaint}: {e.Message}", e);
        }
    }
}
