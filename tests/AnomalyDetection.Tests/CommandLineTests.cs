using System.Reflection;
using Microsoft.ML.Vae.Core;

namespace AnomalyDetection.Tests;

/// <summary>What a user types wrong gets one clear line and an exit code, and overwrites nothing.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mlvae-test-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("a,b,label\n1,2,0\n3,4,1\n5,6,0\n", "nolabel", "There is no column 'nolabel'")]
    [InlineData("a,b,label\n1,2,0\n3,x,1\n5,6,0\n7,8,0\n", "label", "Column 'b', line 3: 'x' is not a number")]
    [InlineData("a,b,label\n1,2,0\n3,1e99,1\n5,6,0\n", "label", "Column 'b', line 3: '1e99' is not finite")]
    [InlineData("a,b,label\n1,2,0\n3,-Infinity,1\n5,6,0\n", "label", "is not finite")]
    [InlineData("", "label", "is empty")]
    [InlineData("a,b,label\n", "label", "holds no rows")]
    [InlineData("a,b,label\n1,2,0\n3,4\n", "label", "Line 3")]
    [InlineData("a,b,label\n1,2,0\n1,2,1\n1,2,0\n", "label", "Every feature column is constant")]
    [InlineData("a,b,label\n1,2,0\n3,4,0\n", "label", "Which value of 'label' marks an anomaly?")]
    [InlineData("a,b,label\n1,2,1\n3,4,1\n", "label", "there are no normal rows")]
    public void A_bad_table_is_one_clear_line(string csv, string label, string expected)
    {
        string path = Path.Combine(_directory.FullName, "data.csv");
        File.WriteAllText(path, csv);
        AssertRefused(expected, "--csv", path, "--label", label, "--out", Output);
    }

    [Fact]
    public void A_missing_file_is_one_clear_line() => AssertRefused("There is no file", "--csv", Path.Combine(_directory.FullName, "none.csv"), "--out", Output);

    [Fact]
    public void A_false_gzip_is_one_clear_line()
    {
        string path = Path.Combine(_directory.FullName, "data.csv.gz");
        File.WriteAllText(path, "a,b,label\n1,2,0\n");
        AssertRefused("is not a gzip file", "--csv", path, "--out", Output);
    }

    [Fact]
    public void A_rate_outside_its_range_is_one_clear_line() => AssertRefused("--false-alarm-rate is 2", "--false-alarm-rate", "2", "--out", Output);

    [Fact]
    public void No_header_needs_the_names() => AssertRefused("--no-header and --columns FILE go together", "--no-header", "--out", Output);

    [Theory]
    [InlineData("not a model at all")]
    [InlineData("")]
    public void A_foreign_model_is_one_clear_line(string content)
    {
        string path = Path.Combine(_directory.FullName, "model.zip");
        File.WriteAllText(path, content);
        AssertRefused("model.zip", "--model", path, "--out", Output);
    }

    [Fact]
    public void A_constant_column_is_told_and_borne()
    {
        string path = WriteTable(60, r => $"{r % 7},{r * r % 11},5,{(r % 20 == 0 ? 1 : 0)}", "a,b,flat,label");
        var (code, output, error) = Run("--csv", path, "--out", Output);
        Assert.Equal(("", 0), (error, code));
        Assert.Contains("left out: flat (constant)", output, StringComparison.Ordinal);
        Assert.Contains("RESULT auroc=", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_be_written_leaves_the_old_one()
    {
        string path = WriteTable(60, r => $"{r % 7},{r * r % 11},{(r % 20 == 0 ? 1 : 0)}", "a,b,label");
        // A directory in the model's place cannot be replaced by a file, as a full disk cannot take one.
        Directory.CreateDirectory(Path.Combine(Output, "model.zip"));
        string kept = Path.Combine(Output, "model.zip", "old");
        File.WriteAllText(kept, "old");
        AssertRefused("model.zip", "--csv", path, "--out", Output);
        Assert.Equal("old", File.ReadAllText(kept));
        Assert.Single(Directory.EnumerateFileSystemEntries(Output));
    }

    [Fact]
    public void Categories_are_encoded_and_a_saved_model_judges_again()
    {
        string path = WriteTable(200, r => $"{(r % 2 == 0 ? "red" : "blue")},{r % 7},{(r % 25 == 0 ? "bad" : "good")}", "colour,Features,kind");
        var (code, output, error) = Run("--csv", path, "--label", "kind", "--positive", "bad", "--out", Output);
        Assert.Equal(("", 0), (error, code));
        Assert.Contains("1 numeric and 1 categorical columns", output, StringComparison.Ordinal);
        var (again, judged, _) = Run("--csv", path, "--label", "kind", "--positive", "bad", "--model", Path.Combine(Output, "model.zip"));
        Assert.Equal(0, again);
        Assert.Equal(Result(output), Result(judged));
    }

    [Fact]
    public void A_file_as_people_have_it_is_read_as_it_is()
    {
        string path = Path.Combine(_directory.FullName, "table.csv");
        string[] towns = ["Bonn", "Ulm", "Graz"];
        File.WriteAllText(path, "# exported by hand\nid;day;price;town;remark;flat\n" + string.Concat(Enumerable.Range(0, 300).Select(r =>
            $"{1000 + r};2026-0{1 + (r % 9)}-{10 + (r % 15)} {r % 24:00}:30;{(r % 7 == 0 ? "?" : $"{r % 50},5")};{(r == 5 ? "Rome" : r % 11 == 0 ? "NA" : towns[r % 3])};\"line {r}\nbreaks\";5\n")));
        var (code, output, error) = Run("--csv", path, "--out", Output);
        Assert.Equal(("", 0), (error, code));
        foreach (string told in new[]
        {
            "300 rows, 1 numeric and 1 categorical columns, 1 of dates, no labels", "id (an identifier", "remark (an identifier", "flat (constant)", "price: numbers with a decimal comma",
            "day: dates, as days since 2026-01-", "weekday and hour", "Columns: ", "RESULT rows=150", " without labels",
        }) Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.Contains(Directory.EnumerateFiles(Output), f => f.EndsWith("table.json", StringComparison.Ordinal));
    }

    private string Output => Path.Combine(_directory.FullName, "out");

    private static string Result(string output) => output[output.IndexOf("RESULT", StringComparison.Ordinal)..output.IndexOf(" seconds=", StringComparison.Ordinal)];

    private string WriteTable(int rows, Func<int, string> row, string header)
    {
        string path = Path.Combine(_directory.FullName, "table.csv");
        File.WriteAllLines(path, Enumerable.Range(0, rows).Select(row).Prepend(header));
        return path;
    }

    private static void AssertRefused(string expected, params string[] args)
    {
        var (code, _, error) = Run(args);
        Assert.NotEqual(0, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        var (output, error, oldOutput, oldError) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            int code = (int)typeof(TableSplit).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!;
            return (code, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }
}
