using System.IO.Compression;

/// <summary>The package of the command-line tool, which brings along all it needs.</summary>
internal sealed class ToolPackage(string path)
{
    private const string Folder = "tools/net10.0/any/", Program = Folder + "mlvae.dll";

    public static bool Is(string path) => Path.GetFileName(path).StartsWith("MLVae.Tool.", StringComparison.Ordinal);

    public void Check(string otherFolder)
    {
        using var zip = ZipFile.OpenRead(path);
        string[] files = [.. zip.Entries.Select(e => e.FullName)];
        foreach (string name in (string[])[Program, Folder + "DotnetToolSettings.xml", Folder + "Microsoft.ML.Vae.dll", Folder + "Microsoft.ML.Core.dll", "README.md"])
            Expect.That(files.Contains(name), $"MLVae.Tool: lacks {name}.");
        Expect.That(!files.Any(f => f.Contains("StandIn", StringComparison.Ordinal)), "MLVae.Tool: holds the stand-in for Microsoft.ML.");
        using var other = ZipFile.OpenRead(Path.Combine(otherFolder, Path.GetFileName(path)));
        Expect.That(Bytes(zip).AsSpan().SequenceEqual(Bytes(other)), "MLVae.Tool: mlvae.dll differs between two runs: the build is not deterministic.");
    }

    public string Summary() => $"{Path.GetFileNameWithoutExtension(path)}: the tool mlvae, {new FileInfo(path).Length / 1024} KiB";

    private static byte[] Bytes(ZipArchive zip)
    {
        using var stream = zip.GetEntry(Program)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
