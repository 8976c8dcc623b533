namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>A folder for one test, removed with all that is in it.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mlvae-cluster-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
