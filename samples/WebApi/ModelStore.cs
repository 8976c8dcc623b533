using Microsoft.Extensions.Diagnostics.HealthChecks;

/// <summary>The model that serves now. It is replaced in one step; requests that hold the old one finish on it.</summary>
internal sealed partial class ModelStore(ServingOptions options, ILogger<ModelStore> logger) : IHealthCheck
{
    private ServedModel? _current;

    /// <summary>Null until a model could be loaded. Read it once per request.</summary>
    public ServedModel? Current => Volatile.Read(ref _current);

    /// <summary>Loads the file; if that fails, warns and keeps the model that serves.</summary>
    public void Reload()
    {
        try
        {
            var model = ServedModel.Load(options.ModelPath);
            if (model.Id == Current?.Id) return;
            var old = Interlocked.Exchange(ref _current, model);
            LogServing(model, old?.Id ?? "none");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogRefused(options.ModelPath, Current?.Id ?? "none", e.Message);
        }
    }

    Task<HealthCheckResult> IHealthCheck.CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Current is { } model ? HealthCheckResult.Healthy($"model {model.Id}") : HealthCheckResult.Unhealthy("There is no model yet."));

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving model {Model}; before: {Old}")]
    private partial void LogServing(ServedModel model, string old);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Path}' is not served, {Current} stays: {Reason}")]
    private partial void LogRefused(string path, string current, string reason);
}
