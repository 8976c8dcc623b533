// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML;

public class LoggingEventArgs : EventArgs
{
    internal LoggingEventArgs(string message, ChannelMessageKind kind, string source) => (RawMessage, Kind, Source) = (message, kind, source);
    public string Source { get; }
    public ChannelMessageKind Kind { get; }
    public string Message => $"[Source={Source}, Kind={Kind}] {RawMessage}";
    public string RawMessage { get; }
}

/// <summary>The entry point: environment, log and catalogs.</summary>
public sealed class MLContext : IHostEnvironment
{
    internal Host Host { get; }
    public MLContext(int? seed = null)
    {
        Host = new Host(seed, (source, kind, message) => Log?.Invoke(this, new LoggingEventArgs(message, kind, source)));
        (BinaryClassification, AnomalyDetection, Transforms, Model, Data) = (new(Host), new(Host), new(Host), new(Host), new(Host));
    }

    public event EventHandler<LoggingEventArgs> Log;
    public BinaryClassificationCatalog BinaryClassification { get; }
    public AnomalyDetectionCatalog AnomalyDetection { get; }
    public TransformsCatalog Transforms { get; }
    public ModelOperationsCatalog Model { get; }
    public DataOperationsCatalog Data { get; }
    internal void CancelExecution() => Host.CancelExecution();
    string IExceptionContext.ContextDescription => Host.ContextDescription;
    TException IExceptionContext.Process<TException>(TException ex) => Host.Process(ex);
    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => Host.Register(name, seed, verbose);
    IChannel IChannelProvider.Start(string name) => Host.Start(name);
    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => Host.StartProgressChannel(name);
}
