using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>What a service tells of itself, under the meter <see cref="Name"/>; every measurement bears the model's id.</summary>
public sealed class DetectorMeter : IDisposable
{
    /// <summary>MLVae.</summary>
    public const string Name = "MLVae";

    private readonly Meter _meter;
    private readonly DetectorStore _store;
    private readonly Counter<long> _rows, _alarms, _rejected, _drifts;
    private readonly Histogram<double> _seconds, _pValues;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The host's.</param>
    /// <param name="store">Whose evidence of drift is observed, and whose alarms are counted.</param>
    public DetectorMeter(IMeterFactory meters, DetectorStore store)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(store);
        (_meter, _store) = (meters.Create(Name), store);
        _rows = _meter.CreateCounter<long>("mlvae.rows", "{row}", "Rows scored");
        _alarms = _meter.CreateCounter<long>("mlvae.alarms", "{row}", "Rows above the threshold");
        _rejected = _meter.CreateCounter<long>("mlvae.rejected", "{request}", "Requests refused as mistaken");
        _drifts = _meter.CreateCounter<long>("mlvae.drift.alarms", "{alarm}", "Models whose stream of scores was found changed");
        _seconds = _meter.CreateHistogram<double>("mlvae.score.duration", "s", "From a request's body to its answer");
        _pValues = _meter.CreateHistogram<double>("mlvae.p_value", "1", "p-values of scored rows: uniform while nothing has changed");
        _meter.CreateObservableGauge("mlvae.drift.evidence", () => store.Current is { } model ? [new Measurement<double>(model.LogEvidence, Tags(model))] : Array.Empty<Measurement<double>>(),
            "{nat}", "Evidence of a changed stream: an alarm at ln(1/δ)");
        store.Drifted += Drifted;
    }

    internal void Scored(ServedDetector model, IReadOnlyList<ScoreResponse> rows, TimeSpan duration)
    {
        var tags = Tags(model);
        _rows.Add(rows.Count, tags);
        _alarms.Add(rows.Count(r => r.IsAnomaly), tags);
        _seconds.Record(duration.TotalSeconds, tags);
        foreach (var row in rows) _pValues.Record(row.PValue, tags);
    }

    internal void Rejected() => _rejected.Add(1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Drifted -= Drifted;
        _meter.Dispose();
    }

    private void Drifted(ServedDetector model) => _drifts.Add(1, Tags(model));

    private static TagList Tags(ServedDetector model) => new([new("mlvae.model", model.Id)]);
}
