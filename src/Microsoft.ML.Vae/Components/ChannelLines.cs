using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>Log lines through ML.NET's public channel; its own short forms are not public.</summary>
internal static class ChannelLines
{
    public static void Info(this IChannel channel, string format, params object?[] values) => channel.Info(MessageSensitivity.Unknown, format, values);

    public static void Warning(this IChannel channel, string format, params object?[] values) => channel.Warning(MessageSensitivity.Unknown, format, values);
}
