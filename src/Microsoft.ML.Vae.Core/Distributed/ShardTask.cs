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
