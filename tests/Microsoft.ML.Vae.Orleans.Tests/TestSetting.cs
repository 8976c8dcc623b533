using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>Small work in many rounds, to be interrupted: 8 virtual shards of 500 rows, 1,500 steps in rounds of 10: a quiet machine has not done before it is interrupted.</summary>
internal static class TestSetting
{
    public const int Shards = 8;

    // Jobs of some seconds on a quiet machine: one that has not ended by then never does.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The work, and a token that ends what hangs.</summary>
    public static Setting In(WorkFolder folder, int silos) =>
        new() { Folder = folder.Path, Rows = 4000, Shards = Shards, Silos = silos, Steps = 1500, Widths = [16], LocalSteps = 10, Cancellation = new CancellationTokenSource(Limit).Token };

    /// <summary>What the same job gives in this process.</summary>
    public static async Task<byte[]> ExpectedAsync(DistributedJob job) => ModelBytes((await LocalAsync(job)).Model);

    /// <inheritdoc cref="ExpectedAsync"/>
    public static async Task<DistributedResult> LocalAsync(DistributedJob job)
    {
        using var local = new LocalShardCluster(1);
        return await new DistributedTraining(job, local).RunAsync();
    }

    public static byte[] ModelBytes(AnomalyModel model)
    {
        using var memory = new MemoryStream();
        AnomalyModelFile.Save(model, memory);
        return memory.ToArray();
    }

    /// <summary>The SQL that a deployment runs.</summary>
    public static string Sql([CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../samples/Cluster/deploy/postgresql.sql"));
}
