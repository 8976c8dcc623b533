namespace Microsoft.ML.Vae.Core;

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
