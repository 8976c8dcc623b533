namespace Microsoft.ML.Vae.Core;

/// <summary>A unit of work: what to do with some virtual shards that follow each other. Any worker can run it from what it holds and the files it names.</summary>
public sealed class ShardTask
{
    internal ShardTask(int first, IReadOnlyList<TaskMember> members, RowFacts rows, Packet order) => (First, Members, Rows, Order) = (first, members, rows, order);

    /// <summary>What is to be done, for people: survey, round, validation, draw, scoring.</summary>
    public string Kind => Order.Kind;

    /// <summary>Number of the first virtual shard; of a scoring that of the first shard.</summary>
    public int First { get; }

    /// <summary>How many there are.</summary>
    public int Count => Members.Count;

    internal IReadOnlyList<TaskMember> Members { get; }

    internal RowFacts Rows { get; }

    internal Packet Order { get; }

    /// <summary>The task as a message.</summary>
    public byte[] ToBytes() => (Order with { Header = HeaderJson.Write(new Envelope(First, [.. Members], Rows, Order.Header)) }).ToBytes();

    /// <summary>The task of a message.</summary>
    /// <exception cref="FormatException">It is none, or damaged.</exception>
    public static ShardTask FromBytes(byte[] bytes)
    {
        var packet = Packet.Read(bytes);
        var envelope = HeaderJson.Read<Envelope>(packet.Header);
        return new(envelope.First, envelope.Members, envelope.Rows, packet with { Header = envelope.Order });
    }

    private sealed record Envelope(int First, TaskMember[] Members, RowFacts Rows, string Order);
}

/// <summary>What came of a task.</summary>
public sealed class ShardResult
{
    internal ShardResult(Packet content) => Content = content;

    /// <summary>Rows that were worked on, as often as each was.</summary>
    public long Rows { get; init; }

    /// <summary>Time that the worker took.</summary>
    public double Seconds { get; init; }

    internal Packet Content { get; }

    internal ShardResult Timed(double seconds) => new(Content) { Rows = Rows, Seconds = seconds };

    /// <summary>The result as a message.</summary>
    public byte[] ToBytes() => (Content with { Header = HeaderJson.Write(new Envelope(Rows, Seconds, Content.Header)) }).ToBytes();

    /// <summary>The result of a message.</summary>
    /// <exception cref="FormatException">It is none, or damaged.</exception>
    public static ShardResult FromBytes(byte[] bytes)
    {
        var packet = Packet.Read(bytes);
        var envelope = HeaderJson.Read<Envelope>(packet.Header);
        return new(packet with { Header = envelope.Content }) { Rows = envelope.Rows, Seconds = envelope.Seconds };
    }

    private sealed record Envelope(long Rows, double Seconds, string Content);
}

/// <summary>A virtual shard of a task.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Shards">Its shards in order.</param>
/// <param name="Fingerprint">Of its rows, as the survey saw them; null: not surveyed yet.</param>
internal sealed record TaskMember(int Index, Shard[] Shards, ulong? Fingerprint = null);

/// <summary>What a worker must know to open virtual shards.</summary>
/// <param name="Seed">Of the job.</param>
/// <param name="HeldOutFraction">Share of the rows that do not train.</param>
/// <param name="Watched">Features whose gaps are flagged behind the others.</param>
/// <param name="Inputs">Features of a raw row; 0: whatever the first shard has.</param>
/// <param name="OnCorrupt">What becomes of a shard that cannot be read.</param>
internal sealed record RowFacts(int Seed, double HeldOutFraction, int[] Watched, int Inputs, CorruptShards OnCorrupt);
