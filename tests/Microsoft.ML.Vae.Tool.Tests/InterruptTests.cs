using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Vae.Tool.Tests;

/// <summary>Ctrl-C: a signal to a real process. Nothing half-written stays, and the exit code says so.</summary>
public sealed class InterruptTests(Tables tables) : IClassFixture<Tables>
{
    private const int Cancelled = 130;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task A_training_that_is_interrupted_leaves_no_model()
    {
        NeedsSignals();
        using var process = Tool.Start("train", tables["train.csv"], "--out", tables["interrupted.zip"], "--steps", "10000000");
        // Progress comes on standard error: then it trains.
        using var patience = new CancellationTokenSource(Patience);
        string? line;
        do line = await process.StandardError.ReadLineAsync(patience.Token);
        while (line?.StartsWith("Columns:", StringComparison.Ordinal) == false && line?.StartsWith("training:", StringComparison.Ordinal) == false && line is not null && !line.StartsWith("left out", StringComparison.Ordinal));
        await Interrupt(process);
        Assert.Equal(Cancelled, process.ExitCode);
        Assert.DoesNotContain(tables.Files, f => f.StartsWith("interrupted", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_scoring_that_is_interrupted_leaves_the_old_file_and_no_other()
    {
        NeedsSignals();
        File.WriteAllText(tables["kept.csv"], "old");
        using var process = Tool.Start("score", tables.Model, "-", "--out", tables["kept.csv"]);
        await process.StandardInput.WriteAsync("a,b,c,town\n" + string.Concat(Enumerable.Repeat("0.5,1,0,Ulm\n", 5000)));
        await process.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(Patience);
        while (!tables.Files.Any(f => f.StartsWith("kept.csv.", StringComparison.Ordinal))) await Task.Delay(50, patience.Token);
        await Interrupt(process);
        Assert.Equal(Cancelled, process.ExitCode);
        Assert.Equal("old", File.ReadAllText(tables["kept.csv"]));
        Assert.Equal(["kept.csv"], tables.Files.Where(f => f.StartsWith("kept", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_service_answers_and_ends_when_it_is_told_to()
    {
        NeedsSignals();
        using var process = Tool.Start("serve", tables.Model, "--urls", "http://127.0.0.1:0");
        using var patience = new CancellationTokenSource(Patience);
        string? address = null;
        while (address is null && await process.StandardError.ReadLineAsync(patience.Token) is { } line)
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at) address = line[at..].Trim();
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri(address!) };
        using var answer = await http.PostAsync("/score", new StringContent("""{"features":[0.5,1,0,1,0,0]}""", System.Text.Encoding.UTF8, "application/json"), patience.Token);
        Assert.Contains("\"pValue\"", await answer.Content.ReadAsStringAsync(patience.Token), StringComparison.Ordinal);
        await Interrupt(process);
        Assert.Equal(0, process.ExitCode);
    }

    private static void NeedsSignals()
    {
        const long Interruption = 1 << 1;
        Skip.If(OperatingSystem.IsWindows(), "Signals to other processes need a POSIX system.");
        string? ignored = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        Skip.If(
            ignored is not null && (long.Parse(ignored[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interruption) != 0,
            "Started with SIGINT ignored, as shells start what runs in their background, and so would be what is started here.");
    }

    private static async Task Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
    }
}
