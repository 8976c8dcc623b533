namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>An empty folder that vanishes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlvae-tests-");

    public string[] Files => [.. _folder.GetFiles().Select(f => f.Name)];

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
