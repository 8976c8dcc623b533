using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>Looks at the model's file now and then, and reloads it once it has changed and come to rest.</summary>
/// <remarks>Looking works on every file system, containers' mounts and network shares included, where notifications get lost or come in storms.</remarks>
internal sealed class DetectorWatcher(VaeDetectorOptions options, DetectorStore store, DetectorMeter meter) : BackgroundService
{
    private Stamp? _loaded;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        store.Drifted += meter.Drifted;
        Load(Look());
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval);
        for (Stamp? before = _loaded; await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);)
        {
            var now = Look();
            if (now == before && now != _loaded) Load(now);
            before = now;
        }
    }

    // The stamp is older than what is read: a file replaced in between is read once more, never missed.
    private void Load(Stamp? stamp)
    {
        _loaded = stamp;
        if (stamp is not null) store.Reload();
    }

    private Stamp? Look() => new FileInfo(options.ModelPath) is { Exists: true } file ? new Stamp(file.LastWriteTimeUtc, file.Length) : null;

    private sealed record Stamp(DateTime Written, long Length);
}
