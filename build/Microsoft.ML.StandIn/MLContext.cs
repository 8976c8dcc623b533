// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public class LoggingEventArgs : EventArgs
{
    public LoggingEventArgs(string message) => Message = message;

    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        (RawMessage, Kind, Source) = (message, kind, source);
        Message = $"[Source={source}, Kind={kind}] {message}";
    }

    public string Source { get; }
    public ChannelMessageKind Kind { get; }
    public string Message { get; }
    public string RawMessage { get; }
}

/// <summary>The entry point: environment, log and catalogs.</summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly Host _env;

    public MLContext(int? seed = null)
    {
        _env = new Host(seed, (source, message) => Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source)));
        BinaryClassification = new BinaryClassificationCatalog(_env);
        AnomalyDetection = new AnomalyDetectionCatalog(_env);
        Transforms = new TransformsCatalog(_env);
        Model = new ModelOperationsCatalog(_env);
        Data = new DataOperationsCatalog(_env);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public BinaryClassificationCatalog BinaryClassification { get; }
    public AnomalyDetectionCatalog AnomalyDetection { get; }
    public TransformsCatalog Transforms { get; }
    public ModelOperationsCatalog Model { get; }
    public DataOperationsCatalog Data { get; }
    public ComponentCatalog ComponentCatalog => _env.ComponentCatalog;
    public string TempFilePath { get; set; } = Path.GetTempPath();
    public bool FallbackToCpu { get; set; } = true;
    public int? GpuDeviceId { get; set; }

    internal void CancelExecution() => _env.CancelExecution();

    string IExceptionContext.ContextDescription => _env.ContextDescription;
    TException IExceptionContext.Process<TException>(TException ex) => _env.Process(ex);
    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _env.Register(name, seed, verbose);
    IChannel IChannelProvider.Start(string name) => _env.Start(name);
    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _env.StartPipe<TMessage>(name);
    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _env.StartProgressChannel(name);
}
