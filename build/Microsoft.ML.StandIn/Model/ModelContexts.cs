// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.IO.Compression;
using System.Reflection;
using System.Text;
namespace Microsoft.ML;
/// <summary>What one model part writes into the model's zip: its version, a binary body, side streams and sub-parts in folders of its own.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal const string ModelEntry = "Model.key";
    internal readonly BinaryWriter Writer = new(new MemoryStream(), Encoding.UTF8);
    private readonly ZipArchive _zip;
    private readonly string _directory;
    private ModelHeader? _header;
    internal ModelSaveContext(ZipArchive zip, string directory) => (_zip, _directory) = (zip, directory);
    internal void CheckAtModel() => Contracts.Check(null, Writer.BaseStream.Position == 0);
    internal void SetVersionInfo(VersionInfo ver) => _header = new ModelHeader(ver);
    internal void SaveBinaryStream(string name, Action<BinaryWriter> action) => SaveEntry(_zip, $"{_directory}/{name}", action);
    internal void SaveModel(ICanSaveModel value, string name) => SaveModel(_zip, value, $"{_directory}/{name}");
    public void Dispose() => Writer.Dispose();
    internal static void SaveEntry(ZipArchive zip, string path, Action<BinaryWriter> action)
    {
        // Only one entry may be open at a time, and the action may fail: the content is complete before the entry is made.
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true)) action(writer);
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(content.ToArray());
    }

    internal static void SaveModel(ZipArchive zip, ICanSaveModel value, string path)
    {
        using var ctx = new ModelSaveContext(zip, path);
        value.Save(ctx);
        Contracts.Check(null, ctx._header is not null, "ModelSignature not specified!");
        ctx.SaveBinaryStream(ModelEntry, writer =>
        {
            byte[] body = ((MemoryStream)ctx.Writer.BaseStream).ToArray();
            ctx._header.Value.Write(writer);
            writer.Write(body.Length);
            writer.Write(body);
        });
    }
}

/// <summary>The reading side of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext
{
    public readonly BinaryReader Reader;
    private readonly ZipArchive _zip;
    private readonly string _directory;
    private readonly ModelHeader _header;
    private ModelLoadContext(ZipArchive zip, string directory, BinaryReader part)
    {
        (_zip, _directory) = (zip, directory);
        try
        {
            _header = ModelHeader.Read(part);
            int length = part.ReadInt32();
            byte[] body = part.ReadBytes(Math.Max(0, length));
            Contracts.CheckDecode(null, body.Length == length, "Corrupt model file tail");
            Reader = new BinaryReader(new MemoryStream(body), Encoding.UTF8);
        }
        catch (EndOfStreamException e) { throw Contracts.ExceptDecode(null, "Corrupt model file tail", e); }
    }

    public void CheckAtModel(VersionInfo ver) { Contracts.Check(null, Reader.BaseStream.Position == 0); _header.CheckVersionInfo(ver); }
    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        if (OpenOrNull(_zip, $"{_directory}/{name}") is not { } reader) return false;
        using (reader) action(reader);
        return true;
    }

    public static BinaryReader OpenOrNull(ZipArchive zip, string path)
    {
        if (zip.GetEntry(path) is not { } entry) return null;
        using var source = entry.Open();
        var content = new MemoryStream();
        source.CopyTo(content);
        content.Position = 0;
        return new BinaryReader(content, Encoding.UTF8);
    }

    public ITransformer LoadModelOrNull(IHostEnvironment env, string name) => LoadModelOrNull(env, _zip, $"{_directory}/{name}");
    public static ITransformer LoadModelOrNull(IHostEnvironment env, ZipArchive zip, string directory)
    {
        if (OpenOrNull(zip, $"{directory}/{ModelSaveContext.ModelEntry}") is not { } part) return null;
        var ctx = new ModelLoadContext(zip, directory, part);
        var catalog = Host.CatalogOf(env);
        if (ctx._header.LoaderAssembly.Length > 0) catalog.RegisterAssembly(Assembly.Load(ctx._header.LoaderAssembly));
        return catalog.CreateInstance(env, ctx._header.LoaderSignature, ctx) ?? throw env.ExceptDecode($"Couldn't load model: '{directory}'");
    }
}
