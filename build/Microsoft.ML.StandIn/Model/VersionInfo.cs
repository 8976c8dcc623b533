// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Who wrote a model part, and which versions may read it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null)
    {
        Contracts.Check(null, modelSignature?.Length == 8, "Model signature must be eight characters");
        ModelSignature = 0;
        for (int i = 0; i < 8; i++)
        {
            Contracts.Check(null, modelSignature[i] <= 0xFF);
            if (modelSignature[i] != ' ') ModelSignature |= (ulong)modelSignature[i] << (8 * i);
        }
        Contracts.Check(null, loaderSignature is null || loaderSignature.Length <= 24);
        (VerWrittenCur, VerReadableCur, VerWeCanReadBack) = (verWrittenCur, verReadableCur, verWeCanReadBack);
        (LoaderAssemblyName, LoaderSignature, LoaderSignatureAlt) = (loaderAssemblyName, loaderSignature, loaderSignatureAlt);
    }
}

internal struct ModelHeader
{
    /// <summary>First bytes of every part; differs from the real library's, whose files the stand-in does not read.</summary>
    public const ulong Signature = 0x4E492D444E415453;

    public ulong ModelSignature;
    public uint ModelVerWritten;
    public uint ModelVerReadable;

    public static void CheckVersionInfo(ref ModelHeader header, VersionInfo ver)
    {
        Contracts.CheckDecode(null, header.ModelSignature == ver.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(null, header.ModelVerReadable <= header.ModelVerWritten, "Corrupt file header");
        var library = typeof(VersionInfo).Assembly.GetName().Version;
        if (header.ModelVerReadable > ver.VerWrittenCur)
            throw Contracts.ExceptDecode(null, $"Cause: ML.NET {library} cannont read component '{ver.LoaderSignature}' of the model, because the model is too new.\n" +
                $"Suggestion: Make sure the model is trained with ML.NET {library} or older.\nDebug details: Maximum expected version {ver.VerWrittenCur}, got {header.ModelVerReadable}.");
        if (header.ModelVerWritten < ver.VerWeCanReadBack)
            throw Contracts.ExceptDecode(null, $"Cause: ML.NET {library} cannot read component '{ver.LoaderSignature}' of the model, because the model is too old.\n" +
                $"Suggestion: Make sure the model is trained with ML.NET {library}.\nDebug details: Minimum expected version {ver.VerWeCanReadBack}, got {header.ModelVerWritten}.");
    }
}
