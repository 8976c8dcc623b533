using Microsoft.Extensions.Logging;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>The model that serves now. It is replaced in one step; requests that hold the old one finish on it.</summary>
public sealed partial class DetectorStore
{
    private readonly VaeDetectorOptions _options;
    private readonly ILogger _logger;
    private ServedDetector? _current;

    /// <summary>Empty until <see cref="Reload"/> finds a model.</summary>
    public DetectorStore(VaeDetectorOptions options, ILogger<DetectorStore> logger) => (_options, _logger) = (options, logger);

    /// <summary>Null until a model could be loaded. Read it once per request.</summary>
    public ServedDetector? Current => Volatile.Read(ref _current);

    /// <summary>Loads the file; if that fails, warns and keeps the model that serves.</summary>
    public void Reload()
    {
        try
        {
            var model = ServedDetector.Load(_options.ModelPath, _options.Drift);
            if (model.Id == Current?.Id) return;
            model.Drifted += OnDrift;
            var old = Interlocked.Exchange(ref _current, model);
            LogServing(model, old?.Id ?? "none");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogRefused(_options.ModelPath, Current?.Id ?? "none", e.Message);
        }
    }

    /// <summary>Told when a model's stream is first found changed.</summary>
    internal event Action<ServedDetector>? Drifted;

    private void OnDrift(ServedDetector model)
    {
        LogDrifted(model.Id, model.DriftedAt ?? 0, model.LogEvidence);
        Drifted?.Invoke(model);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving model {Model}; before: {Old}")]
    private partial void LogServing(ServedDetector model, string old);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Path}' is not served, {Current} stays: {Reason}")]
    private partial void LogRefused(string path, string current, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stream that model {Model} scores has changed, found at row {Row} (evidence {Evidence:F1} nats): recalibrate or refit it")]
    private partial void LogDrifted(string model, long row, double evidence);
}
