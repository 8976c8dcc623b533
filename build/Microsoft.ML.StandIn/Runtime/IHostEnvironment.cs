// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Runtime;

public interface IExceptionContext
{
    string ContextDescription { get; }
    TException Process<TException>(TException ex) where TException : Exception;
}

public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);
    IPipe<TMessage> StartPipe<TMessage>(string name);
}

public interface IProgressChannelProvider
{
    IProgressChannel StartProgressChannel(string name);
}

public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }
    IHost Register(string name, int? seed = null, bool? verbose = null);
}

public interface IHost : IHostEnvironment
{
    Random Rand { get; }
}

internal interface ICancelable
{
    bool IsCanceled { get; }
    void CancelExecution();
}

public interface IPipe<TMessage> : IExceptionContext, IDisposable
{
    void Send(TMessage msg);
}

public enum ChannelMessageKind { Trace = 0, Info = 1, Warning = 2, Error = 3 }

[Flags]
public enum MessageSensitivity { None = 0, UserData = 1, Schema = 2, Unknown = ~None, All = Unknown }

public readonly struct ChannelMessage
{
    public readonly ChannelMessageKind Kind;
    public readonly MessageSensitivity Sensitivity;
    private readonly string _format;
    private readonly object[] _args;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, params object[] args)
        => (Kind, Sensitivity, _format, _args) = (kind, sensitivity, format, args);

    public string Message => _args is { Length: > 0 } ? string.Format(_format, _args) : _format;
}

public interface IChannel : IPipe<ChannelMessage>
{
    void Trace(MessageSensitivity sensitivity, string fmt);
    void Trace(MessageSensitivity sensitivity, string fmt, params object[] args);
    void Error(MessageSensitivity sensitivity, string fmt);
    void Error(MessageSensitivity sensitivity, string fmt, params object[] args);
    void Warning(MessageSensitivity sensitivity, string fmt);
    void Warning(MessageSensitivity sensitivity, string fmt, params object[] args);
    void Info(MessageSensitivity sensitivity, string fmt);
    void Info(MessageSensitivity sensitivity, string fmt, params object[] args);
}

internal static class HostExtensions
{
    public static void Trace(this IChannel channel, string fmt, params object[] args) => channel.Trace(MessageSensitivity.Unknown, fmt, args);
    public static void Error(this IChannel channel, string fmt, params object[] args) => channel.Error(MessageSensitivity.Unknown, fmt, args);
    public static void Warning(this IChannel channel, string fmt, params object[] args) => channel.Warning(MessageSensitivity.Unknown, fmt, args);
    public static void Info(this IChannel channel, string fmt, params object[] args) => channel.Info(MessageSensitivity.Unknown, fmt, args);
}

public interface IProgressChannel : IProgressChannelProvider, IDisposable
{
    void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction);
    void Checkpoint(params double?[] values);
}

public sealed class ProgressHeader
{
    public readonly IReadOnlyList<string> UnitNames;
    public readonly IReadOnlyList<string> MetricNames;

    public ProgressHeader(string[] metricNames, string[] unitNames) => (MetricNames, UnitNames) = (metricNames ?? [], unitNames ?? []);
    public ProgressHeader(params string[] unitNames) : this(null, unitNames) { }
}

public interface IProgressEntry
{
    void SetProgress(int index, double value);
    void SetProgress(int index, double value, double lim);
    void SetMetric(int index, double value);
}
