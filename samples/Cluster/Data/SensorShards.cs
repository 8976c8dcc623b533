using System.Globalization;

/// <summary>Generated shards in a folder: binary files of <see cref="SensorRows"/>.</summary>
/// <param name="Shards">The files.</param>
/// <param name="Rows">Of all of them.</param>
/// <param name="AnomalyEvery">Every so many rows one is an anomaly; 0: none is.</param>
internal sealed record SensorShards(IReadOnlyList<Shard> Shards, long Rows, int AnomalyEvery)
{
    private const int Seed = 1;

    /// <summary>Makes what is missing; whole files of earlier runs are kept.</summary>
    public static SensorShards Make(string folder, string name, int shards, long rows, int anomalyEvery)
    {
        Directory.CreateDirectory(folder);
        string[] paths = [.. Enumerable.Range(0, shards).Select(s => Path.Combine(folder, $"{name}-{rows}-{shards}-{s:000}.rows"))];
        Parallel.For(0, shards, s =>
        {
            if (!File.Exists(paths[s])) BinaryRows.Write(new SensorRows(Seed + anomalyEvery, s, (rows * (s + 1) / shards) - (rows * s / shards), anomalyEvery), paths[s]);
        });
        return new([.. paths.Select(Shard.Binary)], rows, anomalyEvery);
    }

    /// <summary>AUROC of the scores in the output files of the shards.</summary>
    public double AreaUnderRocCurve(IEnumerable<string> outputs)
    {
        var (scores, labels) = (new List<float>(), new List<bool>());
        foreach (string path in outputs)
        {
            long place = 0;
            foreach (string line in File.ReadLines(path).Skip(1))
            {
                scores.Add(float.Parse(line.AsSpan(0, line.IndexOf(',', StringComparison.Ordinal)), CultureInfo.InvariantCulture));
                labels.Add(SensorRows.IsAnomaly(place++, AnomalyEvery));
            }
        }
        return DetectionMetrics.Compute([.. scores], [.. labels]).AreaUnderRocCurve;
    }
}
