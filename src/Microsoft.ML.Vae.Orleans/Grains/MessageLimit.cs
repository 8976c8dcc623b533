using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>What a message may hold: one that is longer breaks its connection, again and again, without a word to who sent it.</summary>
internal static class MessageLimit
{
    // What a call has beside its bytes.
    private const int Envelope = 1 << 16;

    /// <summary>Bytes of a task or a result.</summary>
    public static int Of(IOptions<SiloMessagingOptions> options) => options.Value.MaxMessageBodySize - Envelope;

    /// <summary>Checks a task or a result.</summary>
    /// <exception cref="InvalidOperationException">It is too long.</exception>
    public static byte[] Checked(byte[] message, string what, int most) => message.Length <= most ? message : throw new InvalidOperationException(
        $"{what} has {message.Length:N0} bytes, a message of the cluster at most {most:N0}: expected a smaller network or fewer features; or raise {nameof(SiloMessagingOptions)}.{nameof(SiloMessagingOptions.MaxMessageBodySize)} of all silos.");
}
