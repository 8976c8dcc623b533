using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Distributed;

/// <summary>The toy's rows in binary files, and a small job on them.</summary>
internal static class ToyShards
{
    public const int Files = 4, RowsPerFile = 700, RowsOfAll = (Files * RowsPerFile) + 600;

    public static MatrixRows Rows(int file) => Toy.Rows(RowsPerFile + (100 * file), file);

    public static Shard[] Write(TemporaryFolder folder) => [.. Enumerable.Range(0, Files).Select(i =>
    {
        BinaryRows.Write(Rows(i), folder.File($"part{i}.rows"));
        return Shard.Binary(folder.File($"part{i}.rows"));
    })];

    public static DistributedJob Job(IReadOnlyList<Shard> shards, int virtualShards = 8, int localSteps = 6) => new()
    {
        Shards = shards,
        Fit = new VaeFitOptions { LatentDimension = 2, HiddenWidths = [12], ReferenceRows = 60, Training = Toy.Options with { ValidationInterval = 12 } },
        Distribution = new DistributedOptions { VirtualShards = virtualShards, LocalSteps = localSteps },
    };

    public static byte[] Bytes(AnomalyModel model)
    {
        using var file = new MemoryStream();
        AnomalyModelFile.Save(model, file);
        return file.ToArray();
    }

    public static DistributedResult Train(DistributedJob job, int workers = 1, int threads = 1, IJobStore? store = null)
    {
        using var cluster = new LocalShardCluster(workers, new ShardWorkerOptions { Threads = threads, RowBytes = 1 << 24 });
        return new DistributedTraining(job, cluster, store).RunAsync().GetAwaiter().GetResult();
    }
}
