using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.ML.Vae.Hosting;

/// <summary>Clients that send rows whose score by each model is known, one row or a batch at a time, and compare to the bit.</summary>
/// <param name="address">The service.</param>
/// <param name="scores">By model id, its score of every probe.</param>
internal sealed class LoadRun(Uri address, IReadOnlyDictionary<string, float[]> scores)
{
    private const int BatchEvery = 10, BatchRows = 8;

    private double[] _milliseconds = [];
    private int _next = -1, _failed, _torn;
    private string? _firstMistake;

    public async Task RunAsync(int requests, int clients)
    {
        _milliseconds = new double[requests];
        using var http = new HttpClient { BaseAddress = address };
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => ClientAsync(http))));
    }

    public LoadReport Report(int swaps)
    {
        double[] sorted = [.. _milliseconds.Order()];
        return new LoadReport(sorted.Length, _failed, _torn, swaps, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], sorted[^1], _firstMistake);
    }

    private async Task ClientAsync(HttpClient http)
    {
        for (int i; (i = Interlocked.Increment(ref _next)) < _milliseconds.Length;)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                if (i % BatchEvery == 0) await BatchAsync(http, i);
                else await SingleAsync(http, i);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or System.Text.Json.JsonException)
            {
                Mistake(ref _failed, $"request {i}: {e.Message}");
            }
            _milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    private async Task SingleAsync(HttpClient http, int i)
    {
        int probe = i % PumpModel.Probes.Length;
        Check(await PostAsync<ScoreResponse>(http, "/score", new ScoreRequest { Features = PumpModel.Probes[probe] }), probe);
    }

    private async Task BatchAsync(HttpClient http, int i)
    {
        int[] probes = [.. Enumerable.Range(i, BatchRows).Select(r => r % PumpModel.Probes.Length)];
        var answer = await PostAsync<BatchResponse>(http, "/score/batch", new BatchRequest { Rows = [.. probes.Select(p => PumpModel.Probes[p])] });
        for (int r = 0; r < probes.Length; r++) Check(answer.Rows[r] with { Model = answer.Model }, probes[r]);
    }

    private static async Task<T> PostAsync<T>(HttpClient http, string route, object body)
    {
        using var answer = await http.PostAsJsonAsync(route, body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<T>())!;
    }

    // The model that the answer names must have given exactly this score.
    private void Check(ScoreResponse answer, int probe)
    {
        if (!scores.TryGetValue(answer.Model, out float[]? known) || known[probe] != answer.Score)
            Mistake(ref _torn, string.Create(CultureInfo.InvariantCulture, $"probe {probe}: model {answer.Model} answered {answer.Score:R}, expected {known?[probe]:R}"));
    }

    private void Mistake(ref int count, string text)
    {
        Interlocked.Increment(ref count);
        Interlocked.CompareExchange(ref _firstMistake, text, null);
    }
}

/// <param name="Requests">Sent.</param>
/// <param name="Failed">Not answered by 200.</param>
/// <param name="Torn">Rows whose score is not that of the model named beside it.</param>
/// <param name="Swaps">How often another model began to serve.</param>
/// <param name="P50">Median latency, milliseconds, seen by the client.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Slowest">The longest.</param>
/// <param name="FirstMistake">What went wrong first; null: nothing.</param>
internal sealed record LoadReport(int Requests, int Failed, int Torn, int Swaps, double P50, double P99, double Slowest, string? FirstMistake)
{
    public string Result => string.Create(
        CultureInfo.InvariantCulture, $"RESULT requests={Requests} failed={Failed} torn={Torn} swaps={Swaps} p50_ms={P50:F2} p99_ms={P99:F2} max_ms={Slowest:F1}");
}
