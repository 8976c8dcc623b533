using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Rows to train on, as one source and as shards, and labelled ones to test on.</summary>
internal sealed record DistributedData(string Name, IRowSource Training, IReadOnlyList<Shard> Shards, MatrixRows Test, bool[] IsAnomaly, IReadOnlyList<string>? Names, IReadOnlyList<FeatureColumn>? Columns)
{
    private const string InMemory = "memory";

    private const int TestRows = 20_000, TestAnomalies = 2000;

    private static readonly Dictionary<string, MatrixRows> Memory = [];

    /// <summary>Half of the normal rows of a table to train on, in the order of the file; the other half and half of the anomalies to test on.</summary>
    public static DistributedData Of(JobSource source)
    {
        var table = TextTable.Read(new DataSource(source.File, null, source.Positive, source.Columns));
        var random = RandomStream.FromSeed(1);
        var (known, normal) = Halves.Of(table.IsAnomaly, false, random.Split(0));
        var (_, anomalous) = Halves.Of(table.IsAnomaly, true, random.Split(1));
        int[] train = [.. known.Order()];
        int[] test = [.. normal.Concat(anomalous).Order()];
        var plan = TablePlan.Of(table, train);
        var rows = Encode(table, plan, train);
        Memory[source.File] = rows;
        ShardFormats.Register(InMemory, Open, hasParts: true);
        return new(Path.GetFileName(source.File), rows, [new Shard(source.File, InMemory)], Encode(table, plan, test), [.. test.Select(r => table.IsAnomaly[r])], plan.FeatureNames, plan.FeatureColumns);
    }

    /// <summary>So many generated rows to train on, others to test on.</summary>
    public static DistributedData Generated(long rows)
    {
        GeneratedRows.Register();
        float[] test = [.. Read(new GeneratedRows(rows, TestRows)), .. Read(new GeneratedRows(rows + TestRows, TestAnomalies, areBroken: true))];
        return new($"generated {rows}", new GeneratedRows(0, rows), [GeneratedRows.Shard(rows)], new MatrixRows(test, GeneratedRows.Features), [.. Enumerable.Range(0, TestRows + TestAnomalies).Select(r => r >= TestRows)], null, null);
    }

    private static float[] Read(GeneratedRows rows)
    {
        var (features, weights) = (new float[rows.Count!.Value * GeneratedRows.Features], new float[rows.Count.Value]);
        using var reader = rows.Read(null);
        reader.Fill(features, weights);
        return features;
    }

    private static MatrixRows Encode(TextTable table, TablePlan plan, int[] rows) => new((float[])[.. rows.SelectMany(r => plan.Encode(table, r))], plan.FeatureCount);

    private static IRowSource Open(Shard shard)
    {
        var rows = Memory[shard.Path];
        int from = (int)((long)rows.RowCount * shard.Part / shard.Parts), to = (int)((long)rows.RowCount * (shard.Part + 1) / shard.Parts);
        return rows.Subset(Enumerable.Range(from, to - from));
    }
}
