// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Runtime;

public interface IExceptionContext { string ContextDescription { get; } TException Process<TException>(TException ex) where TException : Exception; }
public interface IChannelProvider : IExceptionContext { IChannel Start(string name); }
public interface IProgressChannelProvider { IProgressChannel StartProgressChannel(string name); }
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider { IHost Register(string name, int? seed = null, bool? verbose = null); }
public interface IHost : IHostEnvironment { Random Rand { get; } }
internal interface ICancelable { bool IsCanceled { get; } }
public enum ChannelMessageKind { Trace = 0, Info = 1, Warning = 2, Error = 3 }
[Flags]
public enum MessageSensitivity { None = 0, UserData = 1, Schema = 2, Unknown = ~None, All = Unknown }
public interface IChannel : IExceptionContext, IDisposable
{
    void Warning(MessageSensitivity sensitivity, string fmt);
    void Warning(MessageSensitivity sensitivity, string fmt, params object[] args);
    void Info(MessageSensitivity sensitivity, string fmt);
    void Info(MessageSensitivity sensitivity, string fmt, params object[] args);
}

public interface IProgressChannel : IProgressChannelProvider, IDisposable
{
    void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction);
    void Checkpoint(params double?[] values);
}

public sealed class ProgressHeader(string[] metricNames, string[] unitNames) { public readonly IReadOnlyList<string> MetricNames = metricNames ?? [], UnitNames = unitNames ?? []; }
public interface IProgressEntry
{
    void SetProgress(int index, double value);
    void SetProgress(int index, double value, double lim);
    void SetMetric(int index, double value);
}
