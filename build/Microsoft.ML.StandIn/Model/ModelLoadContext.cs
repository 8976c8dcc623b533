// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The reading side of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = ML.Repository.ModelEntry;

    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string LoaderAssemblyName;
    internal ModelHeader Header;
    private readonly string _loaderSignature;

    private ModelLoadContext(RepositoryReader repository, string directory, byte[] part)
    {
        (Repository, Directory) = (repository, directory);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(part), Encoding.UTF8);
            Contracts.CheckDecode(null, reader.ReadUInt64() == ModelHeader.Signature, "Wrong file type");
            Header = new() { ModelSignature = reader.ReadUInt64(), ModelVerWritten = reader.ReadUInt32(), ModelVerReadable = reader.ReadUInt32() };
            (_loaderSignature, LoaderAssemblyName) = (reader.ReadString(), reader.ReadString());
            int length = reader.ReadInt32();
            byte[] body = reader.ReadBytes(Math.Max(0, length));
            Contracts.CheckDecode(null, body.Length == length, "Corrupt model file tail");
            Reader = new BinaryReader(new MemoryStream(body), Encoding.UTF8);
        }
        catch (EndOfStreamException e)
        {
            throw Contracts.ExceptDecode(null, "Corrupt model file tail", e);
        }
    }

    public bool InRepository => Repository is not null;

    public void CheckAtModel() => Contracts.Check(null, Reader.BaseStream.Position == 0);

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    public void CheckVersionInfo(VersionInfo ver) => ModelHeader.CheckVersionInfo(ref Header, ver);

    public string LoadString() => Reader.ReadString();
    public string LoadStringOrNull() => Reader.ReadBoolean() ? Reader.ReadString() : null;

    public string LoadNonEmptyString()
    {
        string text = Reader.ReadString();
        Contracts.CheckDecode(null, text.Length > 0);
        return text;
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        byte[] content = Repository.ReadOrNull(Directory, name);
        if (content is null) return false;
        using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
        action(reader);
        return true;
    }

    public bool TryLoadTextStream(string name, Action<TextReader> action)
        => TryLoadBinaryStream(name, reader => action(new StreamReader(reader.BaseStream)));

    public bool ContainsModel(string name) => Repository.ReadOrNull(ML.Repository.Combine(Directory, name), ModelStreamName) is not null;

    public bool TryProcessSubModel(string dir, Action<ModelLoadContext> action)
    {
        string path = ML.Repository.Combine(Directory, dir);
        if (Repository.ReadOrNull(path, ModelStreamName) is not byte[] part) return false;
        using var ctx = new ModelLoadContext(Repository, path, part);
        action(ctx);
        return true;
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra) where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, name, extra)) throw env.ExceptDecode("Corrupt model file");
    }

    public bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra) where TRes : class
        => LoadModelOrNull<TRes, TSig>(env, out result, Repository, ML.Repository.Combine(Directory, name), extra);

    public static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra) where TRes : class
    {
        result = null;
        if (rep.ReadOrNull(dir, ModelStreamName) is not byte[] part) return false;
        using var ctx = new ModelLoadContext(rep, dir, part);
        if (!string.IsNullOrEmpty(ctx.LoaderAssemblyName)) env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.LoaderAssemblyName));
        if (!env.ComponentCatalog.TryCreateInstance(env, typeof(TSig), ctx._loaderSignature, [ctx, .. extra], out object loaded) || loaded is not TRes)
            throw env.ExceptDecode($"Couldn't load model: '{dir}'");
        result = (TRes)loaded;
        return true;
    }

    public void Dispose() => Reader?.Dispose();
}
