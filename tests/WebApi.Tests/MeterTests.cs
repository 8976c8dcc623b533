using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebApi.Tests;

/// <summary>What a service tells of itself.</summary>
public sealed class MeterTests
{
    private static readonly float[][] Odd = [.. PumpModel.Probes[..10].Select(r => new[] { r[0], 1.2f * r[1], r[2], r[3] })];

    [Fact]
    public async Task Rows_alarms_p_values_and_refusals_are_counted()
    {
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == DetectorMeter.Name) own.EnableMeasurementEvents(instrument);
        };
        void Add(string name, double value)
        {
            lock (sums) sums[name] = sums.GetValueOrDefault(name) + value;
        }
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        // Histograms by the number of their measurements, gauges by their last.
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, instrument is Histogram<double> ? 1 : value));
        listener.Start();
        await using var service = await Service.StartAsync(Service.First.File);
        using var scored = await service.Http.PostAsJsonAsync("/score/batch", new BatchRequest { Rows = [.. PumpModel.Probes[..9], [1e6f, -1e6f, 1e6f, -1e6f]] });
        Assert.Equal(HttpStatusCode.OK, scored.StatusCode);
        using var refused = await service.ScoreAsync([1]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        listener.RecordObservableInstruments();
        lock (sums)
        {
            Assert.True(sums["mlvae.rows"] >= 10 && sums["mlvae.p_value"] >= 10 && sums["mlvae.alarms"] >= 1 && sums["mlvae.score.duration"] >= 1 && sums["mlvae.rejected"] >= 1);
            Assert.True(sums.ContainsKey("mlvae.drift.evidence"));
        }
    }

    [Fact]
    public async Task A_stream_that_is_not_like_the_calibration_is_warned_of_once_and_serves_on()
    {
        long alarms = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == DetectorMeter.Name && instrument.Name == "mlvae.drift.alarms") own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref alarms, value));
        listener.Start();
        await using var service = await Service.StartAsync(Service.First.File);
        for (int i = 0; i < 30; i++) (await service.Http.PostAsJsonAsync("/score/batch", new BatchRequest { Rows = Odd })).EnsureSuccessStatusCode();
        Assert.Single(service.Warnings, w => w.Contains("has changed", StringComparison.Ordinal));
        Assert.Equal(1, Interlocked.Read(ref alarms));
        Assert.Contains("Degraded", await service.Http.GetStringAsync("/health/ready"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_meter_without_a_service_counts_alarms_too()
    {
        long alarms = 0;
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == "mlvae.drift.alarms") own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => alarms += value);
        listener.Start();
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, Service.First.File);
        var store = new DetectorStore(new VaeDetectorOptions { ModelPath = path }, NullLogger<DetectorStore>.Instance);
        using (new DetectorMeter(meters, store))
        {
            store.Reload();
            for (int i = 0; i < 300; i++) store.Current!.Score(Odd[i % Odd.Length]);
        }
        File.Delete(path);
        Assert.Equal(1, alarms);
    }

    [Fact]
    public async Task A_programs_own_calls_are_watched_like_requests()
    {
        await using var service = await Service.StartAsync(Service.First.File);
        for (int i = 0; i < 300; i++) service.Store.Current!.Score(Odd[i % Odd.Length]);
        Assert.NotNull(service.Store.Current!.DriftedAt);
        Assert.Single(service.Warnings, w => w.Contains("has changed", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_are_null_are_a_mistake_of_the_client()
    {
        var refused = Assert.Throws<RejectedRequestException>(() => RequestReader.CheckRows(null!, null!, 10));
        Assert.Contains("got null", refused.Message, StringComparison.Ordinal);
    }
}
