using System.CommandLine;
using System.Globalization;

namespace Microsoft.ML.Vae.Tool;

/// <summary>score: a score, a p-value and a decision for every row, as they stream by.</summary>
internal sealed class ScoreVerb : Verb
{
    // Enough rows to feed the kernels, few enough that the writer is never far behind.
    private const int BlockRows = 512;

    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly DataOptions _data = new();
    private readonly Option<string?> _output = new("--out", "-o") { Description = "file of the scores: .csv, .jsonl, .db; without it standard output" };
    private readonly Option<string?> _format = new("--format") { Description = "csv, jsonl or sqlite; without it by the file's ending" };
    private readonly Option<string> _table = new("--table") { DefaultValueFactory = _ => "scores", Description = "table of a database, made anew" };
    private readonly Option<string?> _shard = new("--shard") { Description = "i/n: every n-th row, from the i-th on; mlvae merge puts the parts together" };
    private readonly Option<string?> _carry = new("--carry") { Description = "columns to hand through, separated by commas" };
    private readonly Option<int> _reasons = new("--reasons") { Description = "so many reasons for each flagged row" };
    private readonly Option<double?> _rate = new("--false-alarm-rate") { Description = "another rate than the model's" };
    private readonly Option<int> _threads = new("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount, Description = "threads that score; the result does not depend on it" };
    private readonly Option<bool> _watch = new("--watch") { Description = "say when rows no longer come as they did, and which columns moved" };
    private readonly Option<double> _drift = new("--drift-rate") { DefaultValueFactory = _ => new DriftOptions().FalseAlarmProbability, Description = "probability that --watch ever speaks though nothing changed" };

    public ScoreVerb() : base("score", "Score rows: a score, a p-value and a decision for each.")
    {
        Add(_model);
        _data.AddTo(this);
        foreach (Option option in (Option[])[_output, _format, _table, _shard, _carry, _reasons, _rate, _threads, _watch, _drift]) Add(option);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var detector = DetectorFile.Load(parsed.GetValue(_model)!);
        var model = FitOptions.Share(parsed.GetValue(_rate), "--false-alarm-rate") is { } rate ? detector.Model.WithFalseAlarmRate(rate) : detector.Model;
        var (input, output, reasons, threads) = (_data.Read(parsed), parsed.GetValue(_output), parsed.GetValue(_reasons), parsed.GetValue(_threads));
        if (threads < 1) throw new UserErrorException($"--threads is {threads}: expected at least one.");
        string[] carried = parsed.GetValue(_carry)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool watches = parsed.GetValue(_watch);
        var monitor = watches ? new DriftMonitor(model, detector.Reference, new DriftOptions { FalseAlarmProbability = FitOptions.Share(parsed.GetValue(_drift), "--drift-rate")!.Value }) : null;
        using var rows = input.Open();
        var reader = new BlockReader(rows, detector.Plan, Shard.Parse(parsed.GetValue(_shard)), carried);
        using var sink = ScoreSink.Create(output, parsed.GetValue(_format), carried, reasons > 0, parsed.GetValue(_table)!);
        // Rows that come by and by are answered one by one.
        var run = new ScoringRun(model, threads, watches && input.IsPiped ? 1 : BlockRows, reasons);
        var summary = run.Run(reader, sink, monitor is null ? null : block => Watch(block, monitor, model.Vae.InputCount, terminal), cancellation) with { Drift = monitor?.Report() };
        cancellation.ThrowIfCancellationRequested();
        summary = summary with { Sha256 = sink.Commit() };
        Tell(summary, terminal, output is null);
        return UserErrors.Success;
    }

    private static void Watch(RowBlock block, DriftMonitor monitor, int m, Terminal terminal)
    {
        for (int r = 0; r < block.Count; r++)
        {
            long? before = monitor.AlarmRow;
            int moved = monitor.MovedCount;
            if (!monitor.Add(block.Scores[r], block.Features.AsSpan(r * m, m))) continue;
            if (before is null && monitor.AlarmRow is not null)
                terminal.Messages.Out($"drift: scores no longer come as they did at calibration, found at row {block.Numbers[r]} (evidence {monitor.Report().LogEvidence.ToString("F1", CultureInfo.InvariantCulture)} nats)");
            foreach (var column in monitor.Report().Moved.Skip(moved)) terminal.Messages.Out($"drift: {column}, rows up to {block.Numbers[r]}");
        }
    }

    // With scores on standard output, what is said of them goes elsewhere.
    private static void Tell(ScoreSummary summary, Terminal terminal, bool isPiped)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{summary.Rows} rows, {summary.Flagged} flagged, {summary.Unscored} without a score, {summary.Seconds:F1} s, {summary.Rows / Math.Max(summary.Seconds, 1e-9):F0} rows/s{(summary.Sha256 is null ? "" : $", sha256 {summary.Sha256}")}");
        if (terminal.IsJson && !isPiped) terminal.Answer(summary, _ => { });
        else terminal.Messages.Out(text);
        if (summary.Drift is { HasDrifted: false } drift) terminal.Messages.Out(string.Create(CultureInfo.InvariantCulture, $"no drift in {drift.Rows} rows (evidence {drift.LogEvidence:F1} nats)"));
    }
}
