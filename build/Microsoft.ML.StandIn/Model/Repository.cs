// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public interface ICanSaveModel
{
    void Save(ModelSaveContext ctx);
}

/// <summary>A model file: a zip with one folder per part.</summary>
internal sealed class RepositoryWriter : IDisposable
{
    private readonly ZipArchive _archive;

    private RepositoryWriter(Stream stream) => _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    public static RepositoryWriter CreateNew(Stream stream, IExceptionContext ectx = null)
    {
        var writer = new RepositoryWriter(stream);
        writer.Write("TrainingInfo", "Version.txt", System.Text.Encoding.UTF8.GetBytes("0.0.0.0 Microsoft.ML stand-in"));
        return writer;
    }

    public void Write(string directory, string name, ReadOnlySpan<byte> content)
    {
        using var entry = _archive.CreateEntry(Repository.Combine(directory, name)).Open();
        entry.Write(content);
    }

    public void Dispose() => _archive.Dispose();
}

internal sealed class RepositoryReader : IDisposable
{
    private readonly ZipArchive _archive;

    private RepositoryReader(Stream stream, IExceptionContext ectx)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception e)
        {
            throw ectx.ExceptDecode("Failed to open a zip archive", e);
        }
    }

    public static RepositoryReader Open(Stream stream, IExceptionContext ectx = null) => new(stream, ectx);

    public byte[] ReadOrNull(string directory, string name)
    {
        var entry = _archive.GetEntry(Repository.Combine(directory, name));
        if (entry is null) return null;
        using var source = entry.Open();
        using var content = new MemoryStream();
        source.CopyTo(content);
        return content.ToArray();
    }

    public void Dispose() => _archive.Dispose();
}

internal static class Repository
{
    public const string ModelEntry = "Model.key";

    public static string Combine(string directory, string name)
        => string.IsNullOrEmpty(directory) ? name : string.IsNullOrEmpty(name) ? directory : $"{directory}/{name}";
}
