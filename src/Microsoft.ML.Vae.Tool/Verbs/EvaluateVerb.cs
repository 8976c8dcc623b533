using System.CommandLine;
using System.Diagnostics;

namespace Microsoft.ML.Vae.Tool;

/// <summary>evaluate: how a model does on labelled rows that it was not trained on.</summary>
internal sealed class EvaluateVerb : Verb
{
    private const int Top = 8;

    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly DataOptions _data = new();

    public EvaluateVerb() : base("evaluate", "Judge a model on rows that it was not trained on, with labels or without.")
    {
        Add(_model);
        _data.AddTo(this);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var detector = DetectorFile.Load(parsed.GetValue(_model)!);
        var table = _data.Read(parsed).ReadTable();
        var watch = Stopwatch.StartNew();
        var ml = new MLContext();
        var rows = ScoredRows.Read(ml.Transforms.VaeDetector(detector.Model).Transform(ml.Data.LoadFromTable(table, detector.Plan)), Top);
        cancellation.ThrowIfCancellationRequested();
        var judgement = new Judgement(terminal.Data, detector, rows);
        terminal.Answer(terminal.IsJson ? Data(rows) : null, console =>
        {
            judgement.Print();
            console.Out(judgement.Result(watch.Elapsed.TotalSeconds));
        });
        return UserErrors.Success;
    }

    private static object Data(ScoredRows rows)
    {
        if (!rows.IsLabelled) return new { Rows = rows.Scores.Count, Flagged = rows.Decisions.Count(d => d) };
        var intervals = BootstrapInterval.Of(rows.Scores, rows.Labels, [m => m.AreaUnderRocCurve, m => m.AveragePrecision]);
        return new
        {
            Rows = rows.Scores.Count,
            rows.FalseAlarmRate,
            rows.Metrics,
            AreaUnderRocCurveInterval = intervals[0],
            AveragePrecisionInterval = intervals[1],
        };
    }
}
