using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>Healthy with a model; degraded where its stream has drifted; unhealthy without one.</summary>
internal sealed class DetectorHealth(DetectorStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(store.Current switch
    {
        null => HealthCheckResult.Unhealthy("There is no model yet."),
        { DriftedAt: { } row } model => HealthCheckResult.Degraded($"model {model.Id}: its stream of scores changed, found at row {row}"),
        { } model => HealthCheckResult.Healthy($"model {model.Id}"),
    });
}
