using System.Globalization;

namespace Microsoft.ML.Vae.Tool.Tests;

/// <summary>A small table, a model of it, and a folder for what a test writes.</summary>
public sealed class Tables : IDisposable
{
    private const int Steps = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlvae-tool-test-");

    public Tables()
    {
        Write("train.csv", 900, seed: 1, isLabelled: true);
        Write("new.csv", 700, seed: 2);
        Write("normal.csv", 400, seed: 3, anomalies: false);
        Write("moved.csv", 2500, seed: 4, anomalies: false, shift: 0.9);
        Tool.Succeed("train", this["train.csv"], "--out", Model, "--steps", $"{Steps}", "--false-alarm-rate", "0.1");
    }

    public string Model => this["model.zip"];

    /// <summary>A path in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    public IEnumerable<string> Files => _folder.EnumerateFileSystemInfos().Select(f => f.Name);

    /// <summary>b is twice a, and the town is a town; in every thirtieth row b is not.</summary>
    public void Write(string name, int rows, int seed, bool isLabelled = false, bool anomalies = true, double shift = 0)
    {
        string[] towns = ["Bonn", "Ulm", "Graz"];
        using var file = new StreamWriter(this[name]);
        file.WriteLine(isLabelled ? "id,a,b,c,town,label" : "id,a,b,c,town");
        for (int r = 0; r < rows; r++)
        {
            var (random, noise) = (RandomStream.FromSeed(seed).Split((ulong)r), new float[3]);
            random.Normals(noise);
            bool isAnomaly = anomalies && r % 30 == 29;
            double b = (2 * noise[0]) + (0.1 * noise[1]) + (isAnomaly ? 4 : 0), c = noise[2] + (r >= rows / 2 ? shift : 0);
            string line = string.Create(CultureInfo.InvariantCulture, $"x{seed}-{r},{noise[0]:F4},{(r % 17 == 3 ? "" : $"{b:F4}")},{c:F3},{towns[(int)(3 * random.Uniform(5))]}");
            file.WriteLine(isLabelled ? $"{line},{(isAnomaly ? 1 : 0)}" : line);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
