using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>How model files name a kind of transformer.</summary>
/// <param name="Signature">8 characters.</param>
/// <param name="Loader">As its <see cref="LoadableClassAttribute"/> says.</param>
internal sealed record ModelKind(string Signature, string Loader);

/// <summary>A transformer that a model file can hold.</summary>
internal interface IStored<T>
{
    static abstract ModelKind Kind { get; }

    /// <exception cref="FormatException">The stream is damaged.</exception>
    static abstract T Read(IHostEnvironment env, Stream stream);
}

/// <summary>Called by ML.NET, by name.</summary>
internal static class Loader<T> where T : class, IStored<T>
{
    private static T Create(IHostEnvironment env, ModelLoadContext context) => ModelStore.Load(context, T.Kind, stream => T.Read(env, stream));
}

/// <summary>A transformer inside ML.NET's zip: its version and one binary stream.</summary>
internal static class ModelStore
{
    private const string Blob = "model.mlvae";
    private const uint Version = 0x00010001;

    public static void Save(ModelSaveContext context, ModelKind kind, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(context);
        Internals.Call(() =>
        {
            context.CheckAtModel();
            context.SetVersionInfo(Info(kind));
            context.SaveBinaryStream(Blob, writer =>
            {
                writer.Flush();
                write(writer.BaseStream);
            });
            return context;
        });
    }

    /// <exception cref="FormatException">The stream is missing or damaged.</exception>
    public static T Load<T>(ModelLoadContext context, ModelKind kind, Func<Stream, T> read) where T : class
    {
        T? model = null;
        bool isFound = Internals.Call(() =>
        {
            context.CheckAtModel(Info(kind));
            return context.TryLoadBinaryStream(Blob, reader => model = read(reader.BaseStream));
        });
        return isFound ? model! : throw new FormatException($"The model file is damaged: the stream '{Blob}' is missing.");
    }

    // The simple assembly name: with the full one, a model would load only in the version that saved it.
    private static VersionInfo Info(ModelKind kind) => new(kind.Signature, Version, Version, Version, typeof(ModelStore).Assembly.GetName().Name, kind.Loader);
}
