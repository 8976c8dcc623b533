using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Scores, decisions and the most anomalous rows with their reasons, all in one pass.</summary>
internal sealed class ScoredRows
{
    private static readonly string[] Columns = ["Label", "Score", "PredictedLabel", "PValue", "Features"];

    private readonly PriorityQueue<ScoredRow, float> _top = new();

    private ScoredRows() { }

    public List<float> Scores { get; } = [];

    public List<bool> Labels { get; } = [];

    public List<bool> Decisions { get; } = [];

    /// <summary>Whether any row is known to be an anomaly; else there is nothing to measure by.</summary>
    public bool IsLabelled => Labels.Contains(true);

    /// <summary>Share of flagged rows among those taken for normal.</summary>
    public double FalseAlarmRate => Decisions.Where((_, i) => !Labels[i]).Average(d => d ? 1.0 : 0);

    /// <summary>Computed once: a ranking of all rows.</summary>
    public DetectionMetrics Metrics => field ??= DetectionMetrics.Compute(Scores, Labels, Decisions);

    public IEnumerable<ScoredRow> Top => _top.UnorderedItems.Select(i => i.Element).OrderByDescending(r => r.Score);

    public static ScoredRows Read(IDataView view, int top)
    {
        var rows = new ScoredRows();
        DataViewSchema.Column Column(string name) => view.Schema[name];
        using var cursor = view.GetRowCursor(Columns.Select(Column));
        var label = cursor.GetGetter<float>(Column("Label"));
        var (score, pValue) = (cursor.GetGetter<float>(Column("Score")), cursor.GetGetter<float>(Column("PValue")));
        var decision = cursor.GetGetter<bool>(Column("PredictedLabel"));
        var features = cursor.GetGetter<VBuffer<float>>(Column("Features"));
        var (l, s, p, flagged, row) = (0f, 0f, 0f, false, default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            label(ref l);
            score(ref s);
            decision(ref flagged);
            rows.Labels.Add(l > 0);
            rows.Scores.Add(s);
            rows.Decisions.Add(flagged);
            if (top == 0 || float.IsNaN(s) || (rows._top.Count == top && s <= rows._top.Peek().Score)) continue;
            pValue(ref p);
            features(ref row);
            if (rows._top.Count == top) rows._top.Dequeue();
            rows._top.Enqueue(new ScoredRow(cursor.Position, s, p, l > 0, row.DenseValues().ToArray()), s);
        }
        return rows;
    }
}

/// <summary>One row and its features.</summary>
internal sealed record ScoredRow(long Position, float Score, float PValue, bool IsAnomaly, float[] Features);
