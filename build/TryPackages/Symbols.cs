using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

/// <summary>An assembly and its portable symbols belong together, refer to no stand-in, bear no path of the machine, and lead to the sources.</summary>
internal sealed class Symbols(string name, byte[] assembly, byte[] symbols)
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A"), EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public void Check()
    {
        using var image = new PEReader(new MemoryStream(assembly));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols));
        var (metadata, pdb) = (image.GetMetadataReader(), provider.GetMetadataReader());
        CheckReferences(metadata);
        var code = image.ReadDebugDirectory().Single(e => e.Type == DebugDirectoryEntryType.CodeView);
        var view = image.ReadCodeViewDebugDirectoryData(code);
        Expect.That(new BlobContentId(view.Guid, code.Stamp) == new BlobContentId(pdb.DebugMetadataHeader!.Id), $"{name}: the symbols are another build's.");
        Expect.That(view.Path.StartsWith("/_/", StringComparison.Ordinal), $"{name}: the assembly names the machine's path '{view.Path}'.");
        CheckDocuments(pdb);
    }

    private void CheckReferences(MetadataReader metadata)
    {
        string[] references = [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
        Expect.That(!references.Any(r => r.Contains("StandIn", StringComparison.OrdinalIgnoreCase)), $"{name}: refers to the stand-in.");
        Expect.That(!name.StartsWith("MLVae ", StringComparison.Ordinal) || references.Contains("Microsoft.ML.Data"), $"{name}: does not refer to Microsoft.ML.Data.");
    }

    private void CheckDocuments(MetadataReader pdb)
    {
        bool linked = Has(pdb, EntityHandle.ModuleDefinition, SourceLink);
        foreach (var handle in pdb.Documents)
        {
            string path = pdb.GetString(pdb.GetDocument(handle).Name);
            Expect.That(path.StartsWith("/_/", StringComparison.Ordinal), $"{name}: the symbols name the machine's path '{path}'.");
            Expect.That(linked || Has(pdb, handle, EmbeddedSource), $"{name}: neither source link nor embedded source for '{path}'.");
        }
    }

    private static bool Has(MetadataReader pdb, EntityHandle parent, Guid kind) =>
        pdb.GetCustomDebugInformation(parent).Any(h => pdb.GetGuid(pdb.GetCustomDebugInformation(h).Kind) == kind);
}
