using Microsoft.Extensions.Logging;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>What silos log. In one class: the generator of such methods writes several classes in an order that differs from build to build.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The worker asks again: {Reason}")]
    public static partial void SayRetry(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo {Silo} ({Registers}) works on the job {Job} of a coordinator with other registers ({Own}): the result is as good, its bits depend on who does what")]
    public static partial void SayMixed(ILogger logger, string silo, string registers, string job, string own);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This activation of the job {Job} stops, another one goes on: {Reason}")]
    public static partial void SayLeft(ILogger logger, string job, string reason);
}
