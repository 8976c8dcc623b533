namespace Microsoft.ML.Vae.Core;

/// <summary>Shards to be scored to files. Immutable.</summary>
public sealed record DistributedScoringJob
{
    private const string Kind = "scoring job";

    /// <summary>The detector.</summary>
    public required AnomalyModel Model { get; init; }

    /// <summary>The rows, in shards that every worker can open.</summary>
    public required IReadOnlyList<Shard> Shards { get; init; }

    /// <summary>Where the scores go: a folder that all workers see.</summary>
    public required string Folder { get; init; }

    /// <summary>What becomes of a shard that cannot be read. Stop, as in a training.</summary>
    public CorruptShards OnCorrupt { get; init; } = CorruptShards.Stop;

    /// <summary>The file of a shard's scores.</summary>
    public string OutputOf(Shard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return ScoringWork.OutputOf(Folder, shard);
    }

    /// <summary>Scores what is not scored yet.</summary>
    /// <inheritdoc cref="DistributedScoring.RunAsync"/>
    public Task<DistributedScores> RunAsync(IShardCluster cluster, IProgress<DistributedProgress>? progress = null, CancellationToken cancellation = default) =>
        new DistributedScoring(Model, Shards, Folder, cluster, OnCorrupt).RunAsync(progress, cancellation);

    /// <summary>The job as a message, to be kept or sent.</summary>
    public byte[] ToBytes()
    {
        using var model = new MemoryStream();
        AnomalyModelFile.Save(Model, model);
        return new Packet(Kind, HeaderJson.Write(new Content([.. Shards], Folder, OnCorrupt)), [], [], model.ToArray()).ToBytes();
    }

    /// <summary>The job of a message.</summary>
    /// <exception cref="FormatException">It is none, damaged, or asks for what this version does not know.</exception>
    public static DistributedScoringJob FromBytes(byte[] bytes)
    {
        var packet = Packet.Read(bytes);
        if (packet.Kind != Kind) throw new FormatException($"Expected a {Kind}, got '{packet.Kind}'.");
        var text = HeaderJson.ReadWhole<Content>(packet.Header);
        return new DistributedScoringJob { Model = AnomalyModelFile.Load(new MemoryStream(packet.Attachment!)), Shards = text.Shards, Folder = text.Folder, OnCorrupt = text.OnCorrupt };
    }

    private sealed record Content(Shard[] Shards, string Folder, CorruptShards OnCorrupt);
}
