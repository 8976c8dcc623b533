using System.IO.Compression;

namespace Experiments;

/// <summary>A data file is not there.</summary>
internal sealed class MissingDataException(string message) : Exception(message);

/// <summary>The folder of the data sets, gzipped files.</summary>
internal sealed class DataFolder(string path)
{
    /// <exception cref="MissingDataException">It is not there.</exception>
    public Stream Open(string file)
    {
        string full = Path.Combine(path, file);
        if (!File.Exists(full)) throw new MissingDataException($"the data file {full} is missing; put it there, or name its folder by --data.");
        return new GZipStream(File.OpenRead(full), CompressionMode.Decompress);
    }

    /// <summary>Its lines, without line ends.</summary>
    /// <exception cref="MissingDataException">It is not there.</exception>
    public string[] Lines(string file)
    {
        using var reader = new StreamReader(Open(file));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
