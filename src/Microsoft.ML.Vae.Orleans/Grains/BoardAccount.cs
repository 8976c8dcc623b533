using System.Collections.Concurrent;
using System.Diagnostics;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>What tasks cost, by their kind: bytes there and back, time of workers, time from the first order to the last report. Thread-safe.</summary>
internal sealed class BoardAccount
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>Adds a task that is done.</summary>
    public void Add(BoardTask task, WorkReport report, long now)
    {
        _lines.AddOrUpdate(task.Task.Kind, Add(default), (_, line) => Add(line));

        Line Add(Line line) => new(line.Tasks + 1, line.Bytes + task.Bytes.Length + (report.Result?.Length ?? 0), line.Seconds + report.Seconds, line.Tasks == 0 ? task.Given : Math.Min(line.From, task.Given), now);
    }

    /// <summary>Costs of each kind so far.</summary>
    public IReadOnlyList<WorkCost> Costs => [.. _lines.OrderBy(l => l.Key, StringComparer.Ordinal)
        .Select(l => new WorkCost(l.Key, l.Value.Tasks, l.Value.Bytes, l.Value.Seconds, Stopwatch.GetElapsedTime(l.Value.From, l.Value.To).TotalSeconds))];

    private readonly record struct Line(long Tasks, long Bytes, double Seconds, long From, long To);
}
