using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>Looks at the model's file now and then, and reloads it once it has changed and come to rest.</summary>
/// <remarks>Looking works on every file system, containers' mounts and network shares included, where notifications get lost or come in storms.</remarks>
internal sealed class DetectorWatcher : BackgroundService
{
    private readonly VaeDetectorOptions _options;
    private readonly DetectorStore _store;
    private Stamp? _loaded;

    // The meter is asked for that it be made with the service, not with the first request.
    public DetectorWatcher(VaeDetectorOptions options, DetectorStore store, DetectorMeter _) => (_options, _store) = (options, store);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Load(Look());
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.PollInterval);
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
        if (stamp is not null) _store.Reload();
    }

    private Stamp? Look() => new FileInfo(_options.ModelPath) is { Exists: true } file ? new Stamp(file.LastWriteTimeUtc, file.Length) : null;

    private sealed record Stamp(DateTime Written, long Length);
}
