using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A labelled CSV file, gzipped: numbers as they stand, other columns one-hot by the values that the training half holds.</summary>
/// <param name="Name">Of the set.</param>
/// <param name="Rows">Fields of each row.</param>
/// <param name="IsAnomaly">Of each row.</param>
/// <param name="Label">Column of the label.</param>
/// <param name="Sample">Normal and anomalous rows that a split draws; null: all.</param>
internal sealed record LabelledTable(string Name, string[][] Rows, bool[] IsAnomaly, int Label, (int Normal, int Anomalous)? Sample)
{
    // Cut to a size at which five splits take minutes; its attacks are the norm and its "normal." rows the anomalies, as in the literature.
    private const string Kdd = "kddcup99_10pct";
    private static readonly (int, int) KddSample = (12_000, 3_000);

    /// <summary>Every labelled file of a folder and of its folder "suite", one after another.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="isFull">Whether KDD Cup is taken whole.</param>
    /// <param name="isWanted">Whether a set of that name is.</param>
    public static IEnumerable<LabelledTable> All(string directory, bool isFull, Func<string, bool> isWanted)
    {
        foreach (string path in new[] { directory, Path.Combine(directory, "suite") }.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "*.csv.gz").Order(StringComparer.Ordinal)))
        {
            string file = Path.GetFileName(path)[..^".csv.gz".Length], name = file == Kdd ? isFull ? "kddfull" : "kddcup" : file;
            if (isWanted(name) && Read(path, name, file == Kdd ? Path.Combine(directory, "kddcup99_columns.txt") : null, file == Kdd && !isFull ? KddSample : null) is { } table) yield return table;
        }
    }

    /// <summary>Protocol A: a random half to train on, its normal rows only, the other half to test on, both with the same share of anomalies.</summary>
    public LabelledSplit Split(int seed)
    {
        var random = RandomStream.FromSeed(seed).Split(0x53504C54);
        var normal = Halves.Of(IsAnomaly, false, random.Split(0), Sample?.Normal);
        var anomalous = Halves.Of(IsAnomaly, true, random.Split(1), Sample?.Anomalous);
        int[] train = [.. normal.Train.Order()], test = [.. normal.Test.Concat(anomalous.Test).Order()];
        (int Column, string? Category)[] features = [.. Features(train)];
        return new LabelledSplit(new MatrixRows(Encode(train, features), features.Length), new MatrixRows(Encode(test, features), features.Length), [.. test.Select(r => IsAnomaly[r])]);
    }

    private static LabelledTable? Read(string path, string name, string? columns, (int, int)? sample)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[] names = columns is null ? reader.ReadLine()!.Split(',') : File.ReadAllText(columns).Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int label = Array.IndexOf(names, "label");
        if (label < 0) return null;
        string[][] rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(','))];
        return new LabelledTable(name, rows, [.. rows.Select(r => r[label] is "1" or "1.0" or "normal.")], label, sample);
    }

    private IEnumerable<(int, string?)> Features(int[] train)
    {
        int[] columns = [.. Enumerable.Range(0, Rows[0].Length).Where(i => i != Label)];
        bool[] isNumeric = [.. Enumerable.Range(0, Rows[0].Length).Select(i => Array.TrueForAll(Rows, row => float.TryParse(row[i], NumberStyles.Float, CultureInfo.InvariantCulture, out _)))];
        return columns.Where(i => isNumeric[i]).Select(i => (i, (string?)null))
            .Concat(columns.Where(i => !isNumeric[i]).SelectMany(i => train.Select(r => Rows[r][i]).Distinct().Select(category => (i, (string?)category))));
    }

    private float[] Encode(int[] rows, (int Column, string? Category)[] features) => [.. rows.SelectMany(r => features.Select(f =>
        f.Category is { } category ? (Rows[r][f.Column] == category ? 1 : 0) : float.Parse(Rows[r][f.Column], NumberStyles.Float, CultureInfo.InvariantCulture)))];
}

/// <summary>Normal rows to train on, rows to test on and which of them are anomalies.</summary>
internal sealed record LabelledSplit(MatrixRows Train, MatrixRows Test, bool[] IsAnomaly);
