// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What one model part writes: its version, a binary body, side streams and sub-parts in folders of its own.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;
    internal ModelHeader Header;
    private readonly MemoryStream _body = new();
    private string _loaderSignature, _loaderAssembly;

    internal ModelSaveContext(RepositoryWriter repository, string directory)
    {
        (Repository, Directory) = (repository, directory);
        Writer = new BinaryWriter(_body, Encoding.UTF8, leaveOpen: true);
    }

    internal bool InRepository => Repository is not null;

    internal void CheckAtModel() => Contracts.Check(null, Writer.BaseStream.Position == 0);

    internal void SetVersionInfo(VersionInfo ver)
    {
        Header = new() { ModelSignature = ver.ModelSignature, ModelVerWritten = ver.VerWrittenCur, ModelVerReadable = ver.VerReadableCur };
        (_loaderSignature, _loaderAssembly) = (ver.LoaderSignature, ver.LoaderAssemblyName);
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        Contracts.CheckNonEmpty(null, name, nameof(name));
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true)) action(writer);
        Repository.Write(Directory, name, content.ToArray());
    }

    internal void SaveTextStream(string name, Action<TextWriter> action)
    {
        using var text = new StringWriter();
        action(text);
        Repository.Write(Directory, name, Encoding.UTF8.GetBytes(text.ToString()));
    }

    internal void SaveString(string str) => Writer.Write(str ?? throw Contracts.Mark(new ArgumentNullException(nameof(str))));

    internal void SaveStringOrNull(string str)
    {
        Writer.Write(str is not null);
        if (str is not null) Writer.Write(str);
    }

    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckParam(null, !string.IsNullOrEmpty(str), nameof(str));
        Writer.Write(str);
    }

    internal void SaveModel<T>(T value, string name) where T : class => SaveModel(Repository, value, ML.Repository.Combine(Directory, name));

    internal static void SaveModel<T>(RepositoryWriter repository, T value, string path) where T : class
    {
        if (value is not ICanSaveModel saveable) return;
        SaveSub(repository, path, saveable.Save);
    }

    internal void SaveSubModel(string directory, Action<ModelSaveContext> action) => SaveSub(Repository, ML.Repository.Combine(Directory, directory), action);

    private static void SaveSub(RepositoryWriter repository, string path, Action<ModelSaveContext> action)
    {
        using var ctx = new ModelSaveContext(repository, path);
        action(ctx);
        ctx.Done();
    }

    internal void Done()
    {
        Contracts.Check(null, Header.ModelSignature != 0, "ModelSignature not specified!");
        using var part = new MemoryStream();
        using (var writer = new BinaryWriter(part, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(ModelHeader.Signature);
            writer.Write(Header.ModelSignature);
            writer.Write(Header.ModelVerWritten);
            writer.Write(Header.ModelVerReadable);
            writer.Write(_loaderSignature ?? "");
            writer.Write(_loaderAssembly ?? "");
            writer.Write((int)_body.Length);
            writer.Write(_body.ToArray());
        }
        Repository.Write(Directory, ML.Repository.ModelEntry, part.ToArray());
    }

    public void Dispose() => Writer.Dispose();
}
