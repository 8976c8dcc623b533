using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Ranges, gaps and categories of the source columns as rows pass.</summary>
internal sealed class ColumnTally(VaeModel model)
{
    private const int ShownCategories = 3;

    private readonly ColumnMoments _moments = new(model.InputCount);

    public void Add(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights) => _moments.Observe(rows, weights, default);

    /// <summary>One line for each column; medians are those of the drawn rows.</summary>
    public IReadOnlyList<ColumnSummary> Of(float[][] drawn)
    {
        var statistics = _moments.ToStatistics();
        double rows = Math.Max(1, statistics.Rows);
        return [.. model.InputColumns.Select(c => c.Kind == ColumnKind.Category && c.Length > 1 ? Category(c) : Number(c))];

        ColumnSummary Number(FeatureColumn column)
        {
            int i = column.First;
            bool isSeen = statistics.Observed[i] > 0;
            float[] values = [.. drawn.Select(row => row[i]).Where(v => !float.IsNaN(v)).Order()];
            double middle = column.Kind == ColumnKind.Binary ? statistics.Mean[i] : values.Length == 0 ? double.NaN : values[values.Length / 2];
            return new ColumnSummary(column.Name, column.Kind, 1 - (statistics.Observed[i] / rows), isSeen ? statistics.Minimum[i] : double.NaN, isSeen ? middle : double.NaN, isSeen ? statistics.Maximum[i] : double.NaN, []);
        }

        // One-hot columns: the mean of each feature is its category's share, and what is left is no category.
        ColumnSummary Category(FeatureColumn column)
        {
            var shares = Enumerable.Range(column.First, column.Length).Select(i => (Category: CategoryName(model, column, i), Share: statistics.Mean[i] * statistics.Observed[i] / rows)).ToArray();
            return new ColumnSummary(column.Name, column.Kind, Missing(1 - shares.Sum(s => s.Share)), double.NaN, double.NaN, double.NaN, [.. shares.Where(s => s.Share > 0).OrderByDescending(s => s.Share).Take(ShownCategories)]);
        }
    }

    // Shares are means that were rounded row by row: what is less than a row of a million is none.
    private static double Missing(double share) => share < 1e-6 ? 0 : share;

    private static string CategoryName(VaeModel model, FeatureColumn column, int feature)
    {
        string name = model.FeatureNames[feature], prefix = column.Name + ".";
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }
}
