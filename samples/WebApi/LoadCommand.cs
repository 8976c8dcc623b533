using Microsoft.ML.Vae.Hosting;

/// <summary>The service on a free port, clients that count mistakes, and somebody who replaces the model all the while, now and then by rubbish.</summary>
internal static class LoadCommand
{
    private const int Models = 3, Clients = 8;

    public static async Task<int> RunAsync(int requests)
    {
        var report = await MeasureAsync(requests, TimeSpan.FromMilliseconds(25));
        Console.WriteLine(report.FirstMistake ?? "no request failed, no answer was torn");
        Console.WriteLine(report.Result);
        return report.FirstMistake is null ? 0 : 1;
    }

    /// <param name="requests">How many requests the clients send in all.</param>
    /// <param name="pollInterval">How often the service looks at the file.</param>
    public static async Task<LoadReport> MeasureAsync(int requests, TimeSpan pollInterval)
    {
        var folder = Directory.CreateTempSubdirectory("mlvae-load-");
        try
        {
            string path = Path.Combine(folder.FullName, "model.zip");
            PumpModel[] models = [.. Enumerable.Range(1, Models).Select(seed => new PumpModel(seed))];
            File.WriteAllBytes(path, models[0].File);
            await using var app = ScoringApp.Create(new VaeDetectorOptions { ModelPath = path, PollInterval = pollInterval }, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Error");
            await app.StartAsync();
            var store = app.Services.GetRequiredService<DetectorStore>();
            var known = models.ToDictionary(m => ServedDetector.IdOf(m.File), m => m.Scores);
            var load = new LoadRun(new Uri(app.Urls.First()), known);
            using var done = new CancellationTokenSource();
            var swaps = SwapAsync(path, models, store, pollInterval, done.Token);
            await load.RunAsync(requests, Clients);
            await done.CancelAsync();
            var report = load.Report(await swaps);
            await app.StopAsync();
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Waits until each model serves, so that every replacement counts; before every third, rubbish comes and must change nothing.
    private static async Task<int> SwapAsync(string path, PumpModel[] models, DetectorStore store, TimeSpan pollInterval, CancellationToken done)
    {
        for (int swaps = 0; ; swaps++)
        {
            if (swaps % 3 == 2)
            {
                Replace(path, models[0].File[..(models[0].File.Length / 2)]);
                await Task.Delay(4 * pollInterval, CancellationToken.None);
            }
            var next = models[(swaps + 1) % models.Length];
            Replace(path, next.File);
            string id = ServedDetector.IdOf(next.File);
            while (store.Current?.Id != id)
            {
                if (done.IsCancellationRequested) return swaps;
                await Task.Delay(pollInterval, CancellationToken.None);
            }
        }
    }

    // Whole or not at all, as whoever deploys a model should.
    private static void Replace(string path, byte[] file)
    {
        File.WriteAllBytes(path + ".new", file);
        File.Move(path + ".new", path, overwrite: true);
    }
}
