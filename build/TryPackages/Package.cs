using System.IO.Compression;
using System.Xml.Linq;

/// <summary>A package and its symbols: what must be inside, and nothing else.</summary>
internal sealed class Package
{
    private readonly string _path;
    private readonly Dictionary<string, byte[]> _files, _symbols;
    private readonly XElement _metadata;

    private Package(string path)
    {
        (_path, _files, _symbols) = (path, Entries(path), Entries(Path.ChangeExtension(path, ".snupkg")));
        using var nuspec = new MemoryStream(_files.Single(f => f.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value);
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    }

    public string Id => Value("id");

    public string Version => Value("version");

    // A cluster is an own deployment, on the newest long-term release alone.
    private string[] Frameworks => Id == "MLVae.Orleans" ? ["net10.0"] : ["net10.0", "net8.0"];

    // The ids are our own, the assemblies' names are in ML.NET's namespace.
    private string Assembly => "Microsoft.ML.Vae" + Id["MLVae".Length..];

    public static Package Open(string path) => new(path);

    public void Check()
    {
        CheckDescription();
        string[] library = [.. Frameworks.SelectMany(f => new[] { $"lib/{f}/{Assembly}.dll", $"lib/{f}/{Assembly}.xml" }), "README.md"];
        ExpectFiles(_files, library);
        ExpectFiles(_symbols, [.. Frameworks.Select(f => $"lib/{f}/{Assembly}.pdb")]);
        foreach (string framework in Frameworks)
        {
            CheckDependencies(framework);
            new Symbols($"{Id} {framework}", _files[$"lib/{framework}/{Assembly}.dll"], _symbols[$"lib/{framework}/{Assembly}.pdb"]).Check();
        }
    }

    public string Summary() =>
        $"{Id} {Version}: {Assembly} for {string.Join(", ", Frameworks)}, {new FileInfo(_path).Length / 1024} KiB, symbols; needs {string.Join(", ", Dependencies(Frameworks[0]).Select(d => $"{d.Id} {d.Version}").DefaultIfEmpty("nothing"))}";

    /// <returns>How many assemblies and symbol files were compared.</returns>
    public int CheckSame(string otherFolder)
    {
        var other = Open(Path.Combine(otherFolder, Path.GetFileName(_path)));
        return Same(_files, other._files, ".dll") + Same(_symbols, other._symbols, ".pdb");
    }

    private int Same(Dictionary<string, byte[]> files, Dictionary<string, byte[]> others, string extension)
    {
        string[] names = [.. files.Keys.Where(name => name.EndsWith(extension, StringComparison.Ordinal))];
        foreach (string name in names) Expect.That(files[name].AsSpan().SequenceEqual(others[name]), $"{Id}: {name} differs between two runs: the build is not deterministic.");
        return names.Length;
    }

    private void CheckDescription()
    {
        foreach (string name in (string[])["authors", "description", "tags", "copyright"]) Expect.That(Value(name).Length > 0, $"{Id}: <{name}> is missing.");
        Expect.That(Value("license") == "MIT", $"{Id}: licence is '{Value("license")}', expected MIT.");
        Expect.That(Value("readme") == "README.md" && _files["README.md"].Length > 200, $"{Id}: the readme is missing or empty.");
        Expect.That(Element("repository")?.Attribute("commit")?.Value.Length == 40, $"{Id}: the repository's commit is missing.");
    }

    private void CheckDependencies(string framework)
    {
        var dependencies = Dependencies(framework);
        Expect.That(dependencies.All(d => !d.Id.StartsWith("Microsoft.ML.", StringComparison.Ordinal)), $"{Id}: depends on {string.Join(", ", dependencies)}; expected neither the stand-in nor an assembly's name.");
        string[]? expected = Id switch
        {
            "MLVae" => ["MLVae.Core", "Microsoft.ML"],
            "MLVae.Core" => ["Google.Protobuf", "MLVae.Geometry", "System.Numerics.Tensors"],
            "MLVae.Geometry" => [],
            "MLVae.Hosting" => ["MLVae", "Microsoft.ML"],
            "MLVae.Orleans" => ["MLVae.Core", "Microsoft.Orleans.Server"],
            "MLVae.Report" => ["MLVae.Core"],
            "MLVae.TorchSharp" => ["MLVae.Core", "TorchSharp"],
            _ => null,
        };
        string[] got = [.. dependencies.Select(d => d.Id).Order(StringComparer.Ordinal)];
        Expect.That(expected is null || got.SequenceEqual(expected), $"{Id} {framework}: depends on {string.Join(", ", got)}; expected {string.Join(", ", expected ?? [])}.");
        Expect.That(dependencies.All(d => !d.Id.StartsWith("MLVae", StringComparison.Ordinal) || d.Version == Version), $"{Id}: depends on another version of its siblings.");
    }

    private (string Id, string Version)[] Dependencies(string framework) =>
        [.. Element("dependencies")!.Elements().Single(g => g.Attribute("targetFramework")?.Value == framework).Elements().Select(d => (d.Attribute("id")!.Value, d.Attribute("version")!.Value))];

    private void ExpectFiles(Dictionary<string, byte[]> files, string[] expected)
    {
        string[] got = [.. files.Keys.Where(name => !IsContainer(name)).Order(StringComparer.Ordinal)], wanted = [.. expected.Order(StringComparer.Ordinal)];
        Expect.That(got.SequenceEqual(wanted), $"{Id}: holds {string.Join(", ", got)}; expected {string.Join(", ", wanted)}.");
    }

    private static bool IsContainer(string name) =>
        name.EndsWith(".nuspec", StringComparison.Ordinal) || name.EndsWith(".psmdcp", StringComparison.Ordinal) || name is "_rels/.rels" or "[Content_Types].xml";

    private static Dictionary<string, byte[]> Entries(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return zip.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var stream = e.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        });
    }

    private XElement? Element(string name) => _metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    private string Value(string name) => Element(name)?.Value ?? "";
}
