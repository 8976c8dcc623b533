using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Vae.Core;
static class Export
{
    // Same splits as samples/AnomalyDetection/CsvSplit.cs
    public static void Run(string dir, string outDir, int splits, bool fullKdd)
    {
        var files = new List<(string Name, string Path, string? Columns, string Positive, (int, int)? Sample)>();
        if (fullKdd) files.Add(("kddfull", dir + "/kddcup99_10pct.csv.gz", dir + "/kddcup99_columns.txt", "normal.", null));
        else
        {
            files.Add(("kddcup", dir + "/kddcup99_10pct.csv.gz", dir + "/kddcup99_columns.txt", "normal.", (12000, 3000)));
            foreach (var n in new[] { "thyroid", "arrhythmia" }) files.Add((n, $"{dir}/{n}.csv.gz", null, "1", null));
            foreach (var s in new[] { "suite", "suite2" })
                foreach (var f in Directory.GetFiles($"{dir}/{s}", "*.csv.gz").Order(StringComparer.Ordinal)) files.Add((Path.GetFileName(f)[..^7], f, null, "1", null));
        }
        foreach (var (name, path, columns, positive, sample) in files)
        {
            using var r = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            string[] names = columns is null ? r.ReadLine()!.Split(',') : File.ReadAllText(columns).Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var rows = new List<string[]>();
            while (r.ReadLine() is { } line) if (line.Length > 0) rows.Add(line.Split(','));
            int label = Array.IndexOf(names, "label");
            var anomaly = rows.Select(x => x[label] == positive || (positive == "1" && x[label] == "1.0")).ToArray();
            var numeric = Enumerable.Range(0, names.Length).Select(i => i != label && rows.All(x => float.TryParse(x[i], NumberStyles.Float, CultureInfo.InvariantCulture, out _))).ToArray();
            for (int seed = 0; seed < splits; seed++)
            {
                var random = RandomStream.FromSeed(seed).Split(0x53504C54);
                var normal = Halves(anomaly, false, random.Split(0), sample?.Item1); var anom = Halves(anomaly, true, random.Split(1), sample?.Item2);
                int[] train = [.. normal.Train.Order()], test = [.. normal.Test.Concat(anom.Test).Order()];
                var enc = new List<(int Col, string? Cat)>();
                for (int i = 0; i < names.Length; i++) if (numeric[i]) enc.Add((i, null));
                for (int i = 0; i < names.Length; i++) if (!numeric[i] && i != label) foreach (var c in train.Select(t => rows[t][i]).Distinct()) enc.Add((i, c));
                int m = enc.Count;
                float[] Make(int[] idx)
                {
                    var d = new float[idx.Length * m];
                    for (int k = 0; k < idx.Length; k++) for (int j = 0; j < m; j++)
                        d[k * m + j] = enc[j].Cat is { } c ? (rows[idx[k]][enc[j].Col] == c ? 1 : 0) : float.Parse(rows[idx[k]][enc[j].Col], NumberStyles.Float, CultureInfo.InvariantCulture);
                    return d;
                }
                string o = $"{outDir}/{name}_{seed}"; Directory.CreateDirectory(o);
                Npy.Save(o + "/train.npy", Make(train), train.Length, m); Npy.Save(o + "/test.npy", Make(test), test.Length, m);
                Npy.Save(o + "/y.npy", test.Select(t => (byte)(anomaly[t] ? 1 : 0)).ToArray(), test.Length);
                Console.WriteLine($"{name} {seed}: train {train.Length} test {test.Length} ({test.Count(t => anomaly[t])}) m {m}");
            }
        }
    }
    static (HashSet<int> Train, HashSet<int> Test) Halves(bool[] anomaly, bool which, RandomStream random, int? limit)
    {
        int[] rows = [.. Enumerable.Range(0, anomaly.Length).Where(r => anomaly[r] == which)];
        int[] picked = [.. random.Permutation(rows.Length).Take(limit ?? rows.Length).Select(i => rows[i])];
        int test = picked.Length / 2;
        return ([.. picked.Skip(test)], [.. picked.Take(test)]);
    }
}
