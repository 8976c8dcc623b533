using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Vae.Core;

/// <summary>Two files in the working directory: a random half to train on, the other to test on.</summary>
internal static class ThyroidData
{
    private const string Header = "f0,f1,f2,f3,f4,f5,label";

    private const int Features = 6, Seed = 1, GeneratedNormals = 2000, GeneratedAnomalies = 60;

    /// <param name="path">The table, plain or gzipped.</param>
    public static (string Train, string Test) Split(string path)
    {
        using var file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file);
        string? header = reader.ReadLine();
        if (header != Header) throw new FormatException($"'{path}' begins with '{header}', expected the columns '{Header}'.");
        var rows = new List<string>();
        while (reader.ReadLine() is { } row) rows.Add(row);
        return Save(rows);
    }

    /// <summary>Two hidden causes drive six features; an anomaly's last feature follows the causes of another row.</summary>
    public static (string Train, string Test) Generate()
    {
        var random = RandomStream.FromSeed(Seed);
        return Save([.. Enumerable.Range(0, GeneratedNormals + GeneratedAnomalies).Select(r => Row(random.Split((ulong)r), isAnomaly: r >= GeneratedNormals))]);
    }

    private static string Row(RandomStream random, bool isAnomaly)
    {
        var noise = new float[Features];
        random.Normals(noise);
        var causes = random.Split(1);
        double u = causes.Uniform(0), v = causes.Uniform(1);
        double[] row = [u, v, u * v, Math.Sin(3 * u), Math.Cos(3 * v), isAnomaly ? causes.Uniform(2) : (u + v) / 2];
        return string.Join(',', row.Select((x, i) => (x + (0.02 * noise[i])).ToString("F6", CultureInfo.InvariantCulture))) + (isAnomaly ? ",1" : ",0");
    }

    private static (string Train, string Test) Save(List<string> rows)
    {
        int[] order = RandomStream.FromSeed(Seed).Split(1).Permutation(rows.Count);
        const string Train = "thyroid-train.csv", Test = "thyroid-test.csv";
        File.WriteAllLines(Train, order.Take(rows.Count / 2).Select(i => rows[i]).Prepend(Header));
        File.WriteAllLines(Test, order.Skip(rows.Count / 2).Select(i => rows[i]).Prepend(Header));
        return (Train, Test);
    }
}
