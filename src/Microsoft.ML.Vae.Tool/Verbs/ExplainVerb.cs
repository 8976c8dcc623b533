using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Vae.Tool;

/// <summary>explain: why rows are anomalous, column by column.</summary>
internal sealed class ExplainVerb : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly DataOptions _data = new();
    private readonly Option<string?> _rows = new("--rows") { Description = "numbers of rows, from 1, separated by commas" };
    private readonly Option<int> _top = new("--top") { DefaultValueFactory = _ => 10, Description = "without --rows, the most anomalous so many" };
    private readonly Option<int> _reasons = new("--reasons") { DefaultValueFactory = _ => 5, Description = "so many reasons for each" };

    public ExplainVerb() : base("explain", "Say of rows which columns make them anomalous, what they hold, and what was expected.")
    {
        Add(_model);
        _data.AddTo(this);
        foreach (Option option in (Option[])[_rows, _top, _reasons]) Add(option);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var detector = DetectorFile.Load(parsed.GetValue(_model)!);
        var wanted = parsed.GetValue(_rows)?.Split(',').Select(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out long row) && row > 0
            ? row : throw new UserErrorException($"--rows holds '{n}': expected numbers from 1.")).ToHashSet();
        if (parsed.GetValue(_top) is var top && top < 1) throw new UserErrorException($"--top is {top}: expected at least one row.");
        var rows = Find(detector, _data.Read(parsed), wanted, top, cancellation);
        if (wanted is not null && wanted.Except(rows.Select(r => r.Row)).ToArray() is [var missing, ..]) throw new UserErrorException($"There is no row {missing}.");
        var explainer = new Explainer(detector.Model);
        var explained = rows.Select(r => new ExplainedRow(r.Row, r.Score, detector.Model.Calibration.PValue(r.Score), r.Score > detector.Model.Threshold, explainer.Explain(r.Features, parsed.GetValue(_reasons)))).ToList();
        terminal.Answer(explained, console => Print(console, explained));
        return UserErrors.Success;
    }

    private static List<(long Row, float Score, float[] Features)> Find(DetectorFile detector, TableInput input, HashSet<long>? wanted, int top, CancellationToken cancellation)
    {
        int m = detector.Plan.FeatureCount;
        using var rows = input.Open();
        var (reader, scorer, block) = (new BlockReader(rows, detector.Plan, Shard.Whole, []), new BlockScorer(detector.Model, 256, 0), new RowBlock(256, m));
        var found = new PriorityQueue<(long Row, float Score, float[] Features), float>();
        for (; reader.Fill(block, 256); block.Reset())
        {
            cancellation.ThrowIfCancellationRequested();
            scorer.Score(block);
            for (int r = 0; r < block.Count; r++)
            {
                float score = block.Scores[r];
                if (wanted is not null ? !wanted.Contains(block.Numbers[r]) : float.IsNaN(score) || (found.Count == top && score <= found.Peek().Score)) continue;
                found.Enqueue((block.Numbers[r], score, block.Features.AsSpan(r * m, m).ToArray()), score);
                if (wanted is null && found.Count > top) found.Dequeue();
            }
        }
        return [.. found.UnorderedItems.Select(i => i.Element).OrderByDescending(e => e.Score).ThenBy(e => e.Row)];
    }

    private static void Print(IAnsiConsole console, IReadOnlyList<ExplainedRow> rows)
    {
        foreach (var row in rows)
        {
            console.Out(string.Create(CultureInfo.InvariantCulture, $"row {row.Row}: score {row.Score:G5} nats, p {row.PValue:G3}{(row.IsAnomaly ? ", ANOMALY" : "")}"));
            foreach (var reason in row.Reasons) console.Out($"  {reason}");
        }
    }
}

/// <summary>A row and its reasons.</summary>
internal sealed record ExplainedRow(long Row, float Score, double PValue, bool IsAnomaly, IReadOnlyList<Reason> Reasons);
