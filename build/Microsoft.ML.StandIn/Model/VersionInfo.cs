// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML;
/// <summary>Who wrote a model part, and which versions may read it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur, VerReadableCur, VerWeCanReadBack;
    public readonly string LoaderAssemblyName, LoaderSignature;
    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack, string loaderAssemblyName, string loaderSignature = null)
    {
        Contracts.Check(null, modelSignature?.Length == 8 && modelSignature.All(c => c <= 0xFF), "Model signature must be eight characters");
        Contracts.Check(null, loaderSignature is null || loaderSignature.Length <= 24);
        ModelSignature = BitConverter.ToUInt64(modelSignature.Select(c => (byte)(c == ' ' ? 0 : c)).ToArray());
        (VerWrittenCur, VerReadableCur, VerWeCanReadBack) = (verWrittenCur, verReadableCur, verWeCanReadBack);
        (LoaderAssemblyName, LoaderSignature) = (loaderAssemblyName, loaderSignature);
    }

    public static VersionInfo Own(string modelSignature, string loaderSignature) => new(modelSignature, 0x00010001, 0x00010001, 0x00010001, typeof(VersionInfo).Assembly.GetName().Name, loaderSignature);
}

/// <summary>The head of every part, before the part's own bytes.</summary>
internal record struct ModelHeader(ulong ModelSignature, uint VerWritten, uint VerReadable, string LoaderSignature, string LoaderAssembly)
{
    /// <summary>First bytes of every part; differs from the real library's, whose files the stand-in does not read.</summary>
    private const ulong FileSignature = 0x4E492D444E415453;
    public ModelHeader(VersionInfo ver) : this(ver.ModelSignature, ver.VerWrittenCur, ver.VerReadableCur, ver.LoaderSignature ?? "", ver.LoaderAssemblyName ?? "") { }
    public static ModelHeader Read(BinaryReader reader)
    {
        Contracts.CheckDecode(null, reader.ReadUInt64() == FileSignature, "Wrong file type");
        return new ModelHeader(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadString(), reader.ReadString());
    }

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(FileSignature);
        writer.Write(ModelSignature);
        writer.Write(VerWritten);
        writer.Write(VerReadable);
        writer.Write(LoaderSignature);
        writer.Write(LoaderAssembly);
    }

    public readonly void CheckVersionInfo(VersionInfo ver)
    {
        Contracts.CheckDecode(null, ModelSignature == ver.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(null, VerReadable <= VerWritten, "Corrupt file header");
        var library = typeof(VersionInfo).Assembly.GetName().Version;
        Contracts.CheckDecode(null, VerReadable <= ver.VerWrittenCur, $"Cause: ML.NET {library} cannont read component '{ver.LoaderSignature}' of the model, because the model is too new.\n" +
            $"Suggestion: Make sure the model is trained with ML.NET {library} or older.\nDebug details: Maximum expected version {ver.VerWrittenCur}, got {VerReadable}.");
        Contracts.CheckDecode(null, VerWritten >= ver.VerWeCanReadBack, $"Cause: ML.NET {library} cannot read component '{ver.LoaderSignature}' of the model, because the model is too old.\n" +
            $"Suggestion: Make sure the model is trained with ML.NET {library}.\nDebug details: Minimum expected version {ver.VerWeCanReadBack}, got {VerWritten}.");
    }
}
