using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Tables;

public sealed class ManyCategoriesTests
{
    // Of a filter with .3 of its bits set, four probes.
    private const double FalseAnswers = 0.03;

    // A filter of 128 KiB in base64, some of whose signs JSON escapes, and the names of fifty categories.
    private const long MostBytes = 200_000;

    private static readonly TablePlanOptions Hashed = new() { HashedFeatures = 16 };

    // Half of the rows are of fifty large cities, the others of each of the small ones, five times; sizes tell nothing.
    private static TextTable Cities(int cities) => TextTable.Of(["city", "size"], [
        [.. Enumerable.Range(0, 5 * cities).Select(r => r % 2 == 0 ? $"large city {r / 2 % 50}" : $"city {r / 2 % cities}")], [.. Enumerable.Range(0, 5 * cities).Select(r => $"{r * 7 % 31}.5")]]);

    [Fact]
    public void Thousands_of_categories_take_the_same_features_and_about_the_same_room()
    {
        using var folder = new TemporaryFolder();
        long[] bytes = [.. new[] { 20_000, 200_000 }.Select(cities =>
        {
            var plan = TablePlan.Of(Cities(cities), options: Hashed);
            Assert.Equal(50 + 16 + 1, plan.FeatureCount);
            TablePlanFile.Save(plan, folder.File("table.json"));
            return new FileInfo(folder.File("table.json")).Length;
        })];
        Assert.InRange(bytes[1], 0, MostBytes);
        Assert.True(bytes[1] <= 8 * bytes[0]);
    }

    [Fact]
    public void A_category_that_was_seen_has_one_feature_and_another_none()
    {
        var table = Cities(3000);
        using var folder = new TemporaryFolder();
        TablePlanFile.Save(TablePlan.Of(table, options: Hashed), folder.File("table.json"));
        var plan = TablePlanFile.Load(folder.File("table.json"));
        for (int r = 0; r < 3000; r++) Assert.Equal(1, plan.Encode(table, r)[..66].Sum());
        var features = new float[plan.FeatureCount];
        int passed = 0;
        for (int i = 0; i < 1000; i++)
        {
            plan.Encode([$"village {i}", "1"], ',', features);
            if (features[..66].Sum() > 0) passed++;
        }
        Assert.InRange(passed, 0, 1000 * FalseAnswers);
    }

    [Fact]
    public void The_unseen_is_the_most_surprising_of_its_column()
    {
        var table = Cities(400);
        var plan = TablePlan.Of(table, options: Hashed);
        var rows = new MatrixRows(Enumerable.Range(0, table.RowCount).SelectMany(r => plan.Encode(table, r)).ToArray(), plan.FeatureCount);
        var fit = VaeFit.Run(rows, new VaeFitOptions { HiddenWidths = [16], LatentDimension = 2, Columns = plan.FeatureColumns, Training = new() { Steps = 300, Seed = 1 } }, plan.FeatureNames);
        var model = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1);
        var unseen = plan.Encode(TextTable.Of(["city", "size"], [["village"], ["3.5"]]), 0);
        var explained = new Explainer(model).Explain(unseen)[0];
        Assert.Equal(("city", "unseen"), (explained.Column, explained.Found));
        var explainer = new Explainer(model);
        for (int r = 0; r < table.RowCount; r += 3)
            Assert.True(explainer.Explain(plan.Encode(table, r), 2).Where(reason => reason.Column == "city").Sum(reason => reason.Nats) < explained.Nats);
    }

    [Fact]
    public void A_stream_is_understood_and_read_as_the_table_is()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("t.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 500).Select(r => $"{1000 + r},{(r % 9 == 0 ? "" : $"{r % 31}.5")},city {r % 70},0").Prepend("id,size,city,label"));
        var source = new DataSource(path);
        // Labels of one kind tell nothing, but describe no row either.
        TablePlan streamed = TablePlan.Of(source), known = TablePlan.Of(TextTable.Of(["id", "size", "city"], [.. Enumerable.Range(0, 3).Select(c => File.ReadLines(path).Skip(1).Select(l => l.Split(',')[c]).ToArray())]));
        Assert.Equal(known.FeatureNames, streamed.FeatureNames);
        Assert.Equal(known.LeftOut, streamed.LeftOut);
        var rows = new TableRows(source, streamed);
        var (features, weights, places) = (new float[500 * streamed.FeatureCount], new float[500], new long[500]);
        using (var reader = rows.Read(null)) Assert.Equal(500, reader.Read(features, weights, places));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), places);
        var fit = VaeFit.Run(new CachedRows(rows), new VaeFitOptions { HiddenWidths = [8], LatentDimension = 2, Columns = streamed.FeatureColumns, Training = Toy.Options }, streamed.FeatureNames);
        Assert.Equal(streamed.FeatureCount, fit.Model.FeatureCount);
        File.AppendAllLines(path, ["1,x,city 3,0"]);
        Assert.Contains("line 502: Column 'size': 'x'", Assert.Throws<TableException>(() => { using var reader = rows.Read(null); reader.Read(new float[600 * streamed.FeatureCount], new float[600]); }).Message, StringComparison.Ordinal);
    }
}
