using System.Globalization;
using Spectre.Console;

/// <summary>What each silo does, live; where nobody looks, a line now and then.</summary>
internal static class SiloTable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Shows a job while it runs.</summary>
    public static async Task<T> ShowAsync<T>(string title, Func<IProgress<ClusterProgress>, Task<T>> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive) return await run(new Lines(title));
        return await AnsiConsole.Live(new Table()).AutoClear(false).StartAsync(context => run(new Screen(progress =>
        {
            context.UpdateTarget(Draw(title, progress));
            context.Refresh();
        })));
    }

    private static Table Draw(string title, ClusterProgress progress)
    {
        var table = new Table().Title(Markup.Escape($"{title}: {Line(progress)}")).AddColumns("silo", "registers", "threads", "tasks", "busy", "now");
        foreach (var silo in progress.Silos) table.AddRow(silo.Name, silo.Registers, $"{silo.Threads}", $"{silo.Tasks}", string.Create(CultureInfo.InvariantCulture, $"{silo.Seconds:F1} s"), silo.IsBusy ? "[green]works[/]" : "waits");
        foreach (var cost in progress.Costs)
            table.AddRow($"[grey]{Markup.Escape(cost.Kind)}[/]", "", "", $"[grey]{cost.Tasks}[/]", string.Create(CultureInfo.InvariantCulture, $"[grey]{cost.Seconds:F1} s[/]"), string.Create(CultureInfo.InvariantCulture, $"[grey]{cost.Bytes / 1e6:F1} MB[/]"));
        return table;
    }

    private static string Line(ClusterProgress progress)
    {
        if (progress.Job is not { } job) return "waiting for silos";
        string left = double.IsNaN(job.Remaining) ? "" : string.Create(CultureInfo.InvariantCulture, $", {job.Remaining:F0} s left");
        return string.Create(CultureInfo.InvariantCulture, $"{job.Phase} {job.Done} of {job.Planned}, {job.Totals.RowsPerSecond:N0} rows/s{left}");
    }

    private sealed class Screen(Action<ClusterProgress> draw) : IProgress<ClusterProgress>
    {
        public void Report(ClusterProgress value) => draw(value);
    }

    private sealed class Lines(string title) : IProgress<ClusterProgress>
    {
        private DateTime _last;

        public void Report(ClusterProgress value)
        {
            if (DateTime.UtcNow - _last < Pause) return;
            _last = DateTime.UtcNow;
            Console.WriteLine($"{title}: {Line(value)}; {string.Join(", ", value.Silos.Select(s => $"{s.Name} {s.Tasks} tasks"))}");
        }
    }
}
