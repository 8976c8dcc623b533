using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Tables;

public sealed class TablePlanTests
{
    private static readonly string[] Towns = ["Bonn", "Ulm", "Graz"];

    [Fact]
    public void Columns_become_what_they_hold()
    {
        var table = Table(300, ("id", r => $"{1000 + r}"), ("day", r => $"2026-0{1 + (r % 9)}-{10 + (r % 15)} {r % 24:00}:30"), ("price", r => r % 7 == 0 ? "?" : $"{r % 50}.5"),
            ("town", r => r == 5 ? "Rome" : r % 11 == 0 ? "NA" : Towns[r % 3]), ("remark", r => $"text {r}"), ("flat", _ => "5"));
        var plan = TablePlan.Of(table);
        Assert.Equal([SourceKind.Date, SourceKind.Number, SourceKind.Category], plan.Columns.Select(c => c.Kind));
        Assert.Equal(["id (an identifier: all but unique)", "remark (an identifier: all but unique)", "flat (constant)"], plan.LeftOut);
        Assert.Equal(["day: dates, as days since 2026-01-10, weekday and hour", "town: 4 categories, of which 1 are rare and share one feature"], plan.Notes);
        Assert.Equal(9 + 1 + 4, plan.FeatureCount);
        Assert.Equal(plan.FeatureCount, plan.FeatureColumns.Sum(c => c.Length));
        float[] features = plan.Encode(table, 5);
        Assert.Equal([1, 0, 0, 0], plan.Encode(table, 3)[^4..].Zip(plan.Columns[2].Categories, (f, c) => c == "Bonn" ? f : 0).Order().Reverse());
        Assert.Equal(1, features[^1]);
        Assert.Equal(5.5f, features[9]);
        Assert.All(plan.Encode(table, 11)[^4..], f => Assert.Equal(float.NaN, f));
    }

    [Fact]
    public void An_unseen_category_is_the_reason()
    {
        var table = Table(400, ("town", r => r == 399 ? "Rome" : r % 2 == 0 ? "Bonn" : "Ulm"), ("size", r => $"{(r % 2 * 10) + (r % 5)}"));
        var plan = TablePlan.Of(table, [.. Enumerable.Range(0, 399)]);
        Assert.Equal(["town.Bonn", "town.Ulm", "size"], plan.FeatureNames);
        Assert.Equal([0, 0, 14], plan.Encode(table, 399));
        var rows = new MatrixRows(Enumerable.Range(0, 399).SelectMany(r => plan.Encode(table, r)).ToArray(), 3);
        var fit = VaeFit.Run(rows, new VaeFitOptions { HiddenWidths = [16], Columns = plan.FeatureColumns, Training = new() { Steps = 300, Seed = 1 } }, [.. plan.FeatureNames]);
        var reason = new Explainer(AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1)).Explain(plan.Encode(table, 399))[0];
        Assert.Equal(("town", "unseen", "Ulm"), (reason.Column, reason.Found, reason.Expected));
        Assert.True(reason.OneIn > 300);
    }

    [Theory]
    [InlineData("x", "Column 'b', line 4: 'x' is not a number, though 3 other values are.")]
    [InlineData("1e99", "Column 'b', line 4: '1e99' is not finite.")]
    public void A_damaged_column_is_named(string field, string expected)
    {
        var table = TextTable.Of(["a", "b"], [["1", "2", "3", "4"], ["1", "2", field, "4"]]);
        Assert.Equal(expected, Assert.Throws<TableException>(() => TablePlan.Of(table)).Message);
    }

    [Fact]
    public void A_plan_finds_its_columns_by_name()
    {
        var plan = TablePlan.Of(TextTable.Of(["size", "age"], [["1.5", "2.5"], ["1", "2"]]));
        var other = TextTable.Of(["age", "town", "size"], [["7"], ["Ulm"], ["9.5"]]);
        Assert.Equal([9.5f, 7], plan.For(other.Names).Encode(other, 0));
        Assert.Same(plan, plan.For(["size", "age", "more"]));
        string message = Assert.Throws<TableException>(() => plan.For(["size", "town"])).Message;
        Assert.Contains("lacks 1 of the columns that were trained on: age.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decimal_comma_needs_another_separator()
    {
        var plan = new TablePlan([new SourceColumn("a", 0, SourceKind.Number, [])]);
        var features = new float[1];
        plan.Encode(["1,5"], ';', features);
        Assert.Equal(1.5f, features[0]);
        Assert.Throws<TableException>(() => plan.Encode(["1,5"], ',', features));
    }

    [Fact]
    public void A_saved_plan_encodes_alike()
    {
        using var folder = new TemporaryFolder();
        var table = Table(60, ("day", r => $"2026-01-{1 + (r % 28):00}"), ("town", r => r < 40 ? Towns[r % 3] : $"Village {r}"), ("size", r => r % 9 == 0 ? "" : $"{r}.5"));
        var plan = TablePlan.Of(table, options: new TablePlanOptions { HashedFeatures = 4, LeastFrequency = 2 });
        TablePlanFile.Save(plan, folder.File("table.json"));
        var again = TablePlanFile.Load(folder.File("table.json"));
        Assert.Equal(plan.FeatureNames, again.FeatureNames);
        Assert.Equal(plan.FeatureColumns, again.FeatureColumns);
        Assert.Equal(plan.Notes, again.Notes);
        for (int r = 0; r < table.RowCount; r++) Assert.Equal(plan.Encode(table, r), again.Encode(table, r));
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("a,b\n1,2\n", "cannot be read")]
    [InlineData("{}", "Format")]
    [InlineData("""{"Format":"MLVae detector","Version":1}""", "expected 'MLVae table plan'")]
    [InlineData("""{"Format":"MLVae table plan","Version":9}""", "of version 9")]
    [InlineData("""{"Format":"MLVae table plan","Version":1,"Columns":[],"LeftOut":[],"Notes":[]}""", "Expected a column")]
    [InlineData("""{"Format":"MLVae table plan","Version":1,"Columns":[{"Name":"a","Index":0,"Kind":"Colour","Categories":[]}],"LeftOut":[],"Notes":[]}""", "'Colour'")]
    [InlineData("""{"Format":"MLVae table plan","Version":1,"Columns":[{"Name":"b","Index":0,"Kind":"Gap","Categories":[]}],"LeftOut":[],"Notes":[]}""", "column 'b' is of the kind 'Gap'")]
    [InlineData("""{"Format":"MLVae table plan","Version":1,"Columns":[{"Name":"a","Index":0,"Kind":"Category","Categories":[]}],"LeftOut":[],"Notes":[]}""", "0 categories")]
    [InlineData("""{"Format":"MLVae table plan","Version":1,"Columns":[{"Name":"a","Index":0,"Kind":"Date","Categories":[]}],"LeftOut":[],"Notes":[]}""", "Date")]
    public void A_file_that_is_no_plan_is_refused_in_one_line(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("table.json");
        File.WriteAllText(path, content);
        string message = Assert.Throws<TableException>(() => TablePlanFile.Load(path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("table.json", message, StringComparison.Ordinal);
        Assert.Single(message.Split('\n'));
    }

    [Fact]
    public void Options_out_of_range_are_refused_whatever_the_columns() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TableSurvey([], -1, ',', new TablePlanOptions { LeastFrequency = 0 }));

    private static TextTable Table(int rows, params (string Name, Func<int, string> Field)[] columns) =>
        TextTable.Of([.. columns.Select(c => c.Name)], [.. columns.Select(c => Enumerable.Range(0, rows).Select(c.Field).ToArray())]);
}
