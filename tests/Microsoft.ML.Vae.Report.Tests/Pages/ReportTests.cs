using Microsoft.ML.Vae.Report.Tests.Support;

namespace Microsoft.ML.Vae.Report.Tests.Pages;

public class ReportTests(Detectors detectors) : IClassFixture<Detectors>
{
    // The issue's own limit.
    private const int MostBytes = 2_000_000;

    [Fact]
    public void What_comes_from_users_is_text()
    {
        string html = ReportFile.ToHtml(Report());
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;bold", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_loads_nothing_and_allows_only_its_own_style()
    {
        string html = ReportFile.ToHtml(Report());
        string style = html[(html.IndexOf("<style>", StringComparison.Ordinal) + 7)..html.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains($"style-src '{ReportPage.Hash(style)}'", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_rows_give_the_same_page_however_they_come()
    {
        var builder = new ReportBuilder(detectors.Model, detectors.Report);
        builder.AddBefore(detectors.Training);
        for (int r = 0, count; r < Detectors.Rows; r += count)
        {
            count = Math.Min(1 + (r % 300), Detectors.Rows - r);
            builder.Add(detectors.Test.AsSpan(r * Detectors.Features, count * Detectors.Features), detectors.Labels.AsSpan(r, count));
        }
        Assert.Equal(ReportFile.ToHtml(Report()), ReportFile.ToHtml(builder.Build()));
    }

    [Fact]
    public void A_page_of_a_million_scores_is_as_small_and_its_counts_are_exact()
    {
        const int Times = 1430, Alarms = 17;
        var builder = new ReportBuilder(detectors.Model, detectors.Report);
        var scores = new float[Detectors.Rows];
        for (int t = 0; t < Times; t++)
        {
            for (int r = 0; r < scores.Length; r++) scores[r] = detectors.Model.Threshold * (r < Alarms ? 1.5f : 0.5f) * (1 + (1e-5f * (r + t)));
            builder.AddScored(detectors.Test, scores, detectors.Labels);
        }
        var report = builder.Build();
        Assert.Equal((1_001_000, 0), (report.Scores.Rows, report.Scores.WithoutScore));
        Assert.Equal(Alarms * Times, report.Scores.Flagged);
        Assert.Equal(1_001_000, report.Scores.Normal.Concat(report.Scores.Anomalous).Sum());
        Assert.Equal(Alarms / (double)Detectors.Anomalies, report.Evaluation!.Recall.Value, 12);
        Assert.InRange(ReportFile.ToHtml(report).Length, 1, MostBytes);
    }

    [Fact]
    public void Evaluation_agrees_with_the_exact_metrics_and_their_bootstrap()
    {
        // Scores that differ by less than one part in two thousand count as equal; two bootstraps of two hundred samples differ by a few of their steps.
        const double Ties = 2e-3, Bootstrap = 0.03;
        var evaluation = Report().Evaluation!;
        var scores = detectors.Model.ScoreAll(new MatrixRows(detectors.Test, Detectors.Features));
        bool[] flagged = [.. scores.Select(s => s > detectors.Model.Threshold)];
        var exact = DetectionMetrics.Compute(scores, detectors.Labels, flagged);
        Assert.Equal(exact.AreaUnderRocCurve, evaluation.AreaUnderRocCurve.Value, Ties);
        Assert.Equal(exact.AveragePrecision, evaluation.AveragePrecision.Value, Ties);
        Assert.Equal((exact.F1, exact.Precision, exact.Recall), (evaluation.F1.Value, evaluation.Precision.Value, evaluation.Recall.Value));
        var interval = BootstrapInterval.Of(scores, detectors.Labels, m => m.AveragePrecision);
        Assert.Equal(interval.Low, evaluation.AveragePrecision.Low, Bootstrap);
        Assert.Equal(interval.High, evaluation.AveragePrecision.High, Bootstrap);
    }

    [Fact]
    public void Rows_without_labels_make_a_report_too()
    {
        var report = ReportBuilder.Build(detectors.Model, new MatrixRows(detectors.Test, Detectors.Features));
        Assert.Null(report.Evaluation);
        Assert.All(report.Rows, row => Assert.Null(row.IsAnomaly));
        Assert.Empty(report.Drift);
        Assert.DoesNotContain("Against the labels", ReportFile.ToHtml(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_of_contaminated_rows_promises_nothing()
    {
        var report = ReportBuilder.Build(detectors.Model, new MatrixRows(detectors.Test, Detectors.Features), options: new ReportOptions { IsCalibratedOnNormalRows = false });
        Assert.Empty(report.Calibration.Reliability);
        Assert.DoesNotContain("promises false alarms", ReportFile.ToHtml(report), StringComparison.Ordinal);
        Assert.Contains("promises nothing of normal", ReportFile.ToHtml(report), StringComparison.Ordinal);
        Assert.Contains("promises false alarms", ReportFile.ToHtml(Report()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_anomalous_rows_are_the_highest_scores_with_their_own_reasons()
    {
        var report = Report();
        var scores = detectors.Model.ScoreAll(new MatrixRows(detectors.Test, Detectors.Features));
        Assert.Equal(scores.OrderDescending().Take(20), report.Rows.Select(r => r.Score));
        var top = report.Rows[0];
        Assert.Equal(scores[(int)top.Row - 1], top.Score);
        Assert.Equal(detectors.Labels[top.Row - 1], top.IsAnomaly);
        Assert.Contains(top.Reasons[0].Column, (string[])["speed", Detectors.Names[2]]);
    }

    [Fact]
    public void Columns_that_moved_are_named_and_others_are_not()
    {
        float[] moved = (float[])detectors.Test.Clone();
        for (int i = 1; i < moved.Length; i += Detectors.Features) moved[i] += 1;
        var drift = ReportBuilder.Build(detectors.Model, new MatrixRows(moved, Detectors.Features), detectors.Labels, new MatrixRows(detectors.Training, Detectors.Features)).Drift;
        Assert.Equal(["speed"], drift.Where(d => d.HasMoved).Select(d => d.Column));
        Assert.Equal(1 / 2.0, drift[0].Shift, 0.1);
        Assert.Equal(5, drift.Count);
    }

    [Fact]
    public void Columns_tell_ranges_gaps_and_categories()
    {
        var columns = Report().Columns;
        Assert.Equal([ColumnKind.Continuous, ColumnKind.Continuous, ColumnKind.Continuous, ColumnKind.Binary, ColumnKind.Category], columns.Select(c => c.Kind));
        Assert.Equal(0.2, columns[1].Missing, 12);
        Assert.Equal(detectors.Test.Where((_, i) => i % Detectors.Features == 0).Max(), (float)columns[0].High);
        Assert.Equal(0, columns[4].Missing);
        Assert.Equal(1, columns[4].Common.Sum(c => c.Share), 9);
    }

    [Fact]
    public void Labels_come_for_all_rows_or_for_none()
    {
        var builder = new ReportBuilder(detectors.Model);
        builder.Add(detectors.Test.AsSpan(0, Detectors.Features), [true]);
        Assert.Contains("all rows or for none", Assert.Throws<ArgumentException>(() => builder.Add(detectors.Test.AsSpan(0, Detectors.Features))).Message, StringComparison.Ordinal);
        Assert.Contains("got 701 for 700 rows", Assert.Throws<ArgumentException>(() => ReportBuilder.Build(detectors.Model, new MatrixRows(detectors.Test, Detectors.Features), new bool[701])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new ReportBuilder(detectors.Model).Build());
    }

    [Fact]
    public void A_report_is_written_whole_or_not_at_all()
    {
        string folder = Directory.CreateTempSubdirectory("mlvae-report-").FullName, path = Path.Combine(folder, "report.html");
        ReportFile.Write(path, Report());
        Assert.Equal(ReportFile.ToHtml(Report()), File.ReadAllText(path));
        Assert.ThrowsAny<IOException>(() => ReportFile.Write(Path.Combine(folder, "absent", "report.html"), Report()));
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public void Chromium_and_axe_find_nothing_serious_at_any_width_in_either_scheme() =>
        Assert.Matches("^\\{\"errors\":\\[\\],\"requests\":\\[\\],\"violations\":\\[\\],\"overflow\":\\[\\],\"milliseconds\":\\d+\\}$", Chromium.Run("check.mjs", ReportFile.ToHtml(Report())));

    private ReportData Report() =>
        ReportBuilder.Build(detectors.Model, new MatrixRows(detectors.Test, Detectors.Features), detectors.Labels, new MatrixRows(detectors.Training, Detectors.Features), detectors.Report);
}
