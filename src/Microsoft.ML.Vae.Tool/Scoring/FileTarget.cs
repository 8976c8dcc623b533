using System.Security.Cryptography;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Bytes on their way to a file that appears whole or not at all, or to standard output; hashed as they pass.</summary>
internal sealed class FileTarget : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Stream _stream;
    private readonly string? _path, _temporary;

    private FileTarget(Stream stream, string? path, string? temporary) => (_stream, _path, _temporary) = (stream, path, temporary);

    /// <param name="path">Null or "-": standard output.</param>
    public static FileTarget Create(string? path)
    {
        if (path is null or "-") return new FileTarget(Console.OpenStandardOutput(), null, null);
        string full = Path.GetFullPath(path), temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        if (Directory.Exists(full)) throw new UserErrorException($"'{path}' is a directory.");
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return new FileTarget(new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16), full, temporary);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _stream.Write(bytes);
        if (_path is null) _stream.Flush();
    }

    /// <returns>SHA-256 of all bytes, in lower case.</returns>
    public string Commit()
    {
        _stream.Dispose();
        if (_temporary is not null) File.Move(_temporary, _path!, overwrite: true);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
        if (_temporary is not null && File.Exists(_temporary)) File.Delete(_temporary);
    }
}
