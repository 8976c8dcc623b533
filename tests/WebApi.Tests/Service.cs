using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebApi.Tests;

/// <summary>The service on a free port over a file of its own, its log, and two models to put there.</summary>
internal sealed class Service : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20), Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlvae-test-");
    private readonly WebApplication _app;
    private readonly Lines _lines = new();

    private Service(byte[]? file)
    {
        if (file is not null) File.WriteAllBytes(Path, file);
        _app = ScoringApp.Create(new VaeDetectorOptions { ModelPath = Path, PollInterval = Poll, MaximumRows = 10, MaximumBodyBytes = 4096 }, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning", "--Logging:Console:LogLevel:Default", "None");
        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(_lines);
    }

    public static PumpModel First { get; } = new(seed: 1);

    public static PumpModel Second { get; } = new(seed: 2);

    public HttpClient Http { get; } = new();

    public DetectorStore Store => _app.Services.GetRequiredService<DetectorStore>();

    public IEnumerable<string> Warnings => _lines.Warnings;

    private string Path => System.IO.Path.Combine(_folder.FullName, "model.zip");

    public static async Task<Service> StartAsync(byte[]? file)
    {
        var service = new Service(file);
        await service._app.StartAsync();
        service.Http.BaseAddress = new Uri(service._app.Urls.First());
        return service;
    }

    public void Replace(byte[] file)
    {
        File.WriteAllBytes(Path + ".new", file);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    public Task<HttpResponseMessage> ScoreAsync(float[] row) => Http.PostAsJsonAsync("/score", new ScoreRequest { Features = row });

    /// <summary>Waits for what the service does by itself.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds()) await Task.Delay(Poll, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _warnings = new();

        public IEnumerable<string> Warnings => _warnings;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _warnings.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
