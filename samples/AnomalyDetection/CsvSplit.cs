using System.Text;
using Microsoft.ML.Vae.Core;

/// <summary>Protocol A: a random half to train on (its normal rows only), the other half to test on, both halves with the same share of anomalies.</summary>
/// <remarks>The halves are written as plain CSV with one more column, Anomaly (0 or 1), so that ML.NET's own text loader streams them.</remarks>
internal sealed class CsvSplit : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mlvae-");

    public CsvSplit(CsvFile file, int seed)
    {
        var random = RandomStream.FromSeed(seed).Split(0x53504C54);
        (TrainPath, TestPath) = (Path.Combine(_directory.FullName, "train.csv"), Path.Combine(_directory.FullName, "test.csv"));
        var normal = Halves(file, anomalous: false, random.Split(0));
        var anomalous = Halves(file, anomalous: true, random.Split(1));
        Write(file, normal.Train, [.. normal.Test, .. anomalous.Test]);
        (TrainRows, TestRows) = (normal.Train.Count, normal.Test.Count + anomalous.Test.Count);
    }

    public string TrainPath { get; }

    public string TestPath { get; }

    public int TrainRows { get; }

    public int TestRows { get; }

    public void Dispose() => _directory.Delete(recursive: true);

    private static (HashSet<int> Train, HashSet<int> Test) Halves(CsvFile file, bool anomalous, RandomStream random)
    {
        int[] rows = [.. Enumerable.Range(0, file.IsAnomaly.Length).Where(r => file.IsAnomaly[r] == anomalous)];
        int[] picked = [.. random.Permutation(rows.Length).Select(i => rows[i])];
        int test = picked.Length / 2;
        return ([.. picked.Skip(test)], [.. picked.Take(test)]);
    }

    private void Write(CsvFile file, HashSet<int> trainRows, HashSet<int> testRows)
    {
        using var reader = CsvFile.Open(file.Path, file.HasHeader);
        reader.ReadHeader();
        using StreamWriter train = new(TrainPath), test = new(TestPath);
        char separator = file.Separator;
        string header = string.Join(separator, file.Names.Select(n => $"\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + $"{separator}Anomaly";
        train.WriteLine(header);
        test.WriteLine(header);
        for (int row = 0; reader.Read(); row++)
        {
            if (!trainRows.Contains(row) && !testRows.Contains(row)) continue;
            var target = trainRows.Contains(row) ? train : test;
            target.Write(Encoding.UTF8.GetString(reader.RawRecord));
            target.WriteLine($"{separator}{(file.IsAnomaly[row] ? 1 : 0)}");
        }
    }
}
