using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Microsoft.ML.Vae.Tool.Tests;

/// <summary>Rows in, decisions out: score, merge, explain, evaluate, report, tune.</summary>
public sealed class ScoreTests(Tables tables) : IClassFixture<Tables>
{
    [Fact]
    public void Scores_are_those_of_the_library_whatever_the_threads()
    {
        var detector = DetectorFile.Load(tables.Model);
        var table = TextTable.Read(new DataSource(tables["new.csv"]));
        var plan = detector.Plan.For(table.Names);
        var expected = detector.Model.ScoreAll(new MatrixRows(Enumerable.Range(0, table.RowCount).SelectMany(r => plan.Encode(table, r)).ToArray(), plan.FeatureCount));
        foreach (string threads in new[] { "1", "4" })
        {
            Tool.Succeed("score", tables.Model, tables["new.csv"], "--out", tables["scores.csv"], "--threads", threads, "--carry", "id,town");
            string[][] rows = [.. File.ReadLines(tables["scores.csv"]).Select(l => l.Split(','))];
            Assert.Equal(["row", "id", "town", "score", "p_value", "is_anomaly"], rows[0]);
            Assert.Equal(expected, rows.Skip(1).Select(r => float.Parse(r[3], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(Enumerable.Range(0, 700).Select(i => $"x2-{i}"), rows.Skip(1).Select(r => r[1]));
            Assert.Equal(expected.Select(s => s > detector.Model.Threshold ? "1" : "0"), rows.Skip(1).Select(r => r[5]));
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public void Shards_put_together_have_the_hash_of_one_run(string format)
    {
        string whole = tables[$"whole.{format}"], merged = tables[$"merged.{format}"];
        Tool.Succeed("score", tables.Model, tables["new.csv"], "--out", whole, "--reasons", "2", "--carry", "town");
        string[] parts = [.. Enumerable.Range(1, 3).Select(i => tables[$"part-{i}.{format}"])];
        for (int i = 0; i < 3; i++) Tool.Succeed("score", tables.Model, tables["new.csv"], "--out", parts[i], "--reasons", "2", "--carry", "town", "--shard", $"{i + 1}/3");
        using var told = JsonDocument.Parse(Tool.Succeed("merge", parts[2], parts[0], parts[1], "--out", merged, "--json"));
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(whole)));
        Assert.Equal((hash, 700), (told.RootElement.GetProperty("sha256").GetString(), told.RootElement.GetProperty("rows").GetInt32()));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(merged));
        Tool.Refused("is missing", "merge", parts[0], parts[1], "--out", tables["never"]);
        Tool.Refused("stands in two parts", ["merge", .. parts, parts[0], "--out", tables["never"]]);
        Assert.DoesNotContain("never", tables.Files);
    }

    [Fact]
    public void Shards_may_be_empty_and_fields_hold_line_breaks_of_any_kind()
    {
        File.WriteAllText(tables["breaks.csv"], "a,b,c,town,note\n0.5,1,0,Ulm,\"two\r\nlines\"\n0.1,0.2,1,Bonn,\"a\rb \"\"c\"\"\"\n");
        foreach (string format in new[] { "csv", "jsonl" })
        {
            string[] parts = [.. Enumerable.Range(1, 3).Select(i => tables[$"break-{i}.{format}"])];
            for (int i = 0; i < 3; i++) Tool.Succeed("score", tables.Model, tables["breaks.csv"], "--out", parts[i], "--carry", "note", "--shard", $"{i + 1}/3");
            Tool.Succeed("score", tables.Model, tables["breaks.csv"], "--out", tables[$"breaks.whole.{format}"], "--carry", "note");
            Tool.Succeed(["merge", .. parts, "--out", tables[$"breaks.merged.{format}"]]);
            Assert.Equal(File.ReadAllBytes(tables[$"breaks.whole.{format}"]), File.ReadAllBytes(tables[$"breaks.merged.{format}"]));
        }
    }

    [Theory]
    [InlineData("scores.csv", "A,a,reasons,Score", null)]
    [InlineData("scores.jsonl", "A,a,reasons,Score", null)]
    [InlineData("scores.csv", "score", "'score', which the scores have")]
    [InlineData("scores.db", "Score", "'Score', which the scores have")]
    [InlineData("scores.db", "a,A", "'A' twice")]
    public void Columns_are_handed_through_whose_names_the_output_tells_apart(string output, string carried, string? refusal)
    {
        File.WriteAllText(tables["names.csv"], "a,b,c,town,A,reasons,Score,score\n0.5,1,0,Ulm,first,second,third,4\n");
        string[] args = ["score", tables.Model, tables["names.csv"], "--out", tables[output], "--carry", carried];
        if (refusal is not null)
        {
            Tool.Refused($"--carry names {refusal}", args);
            return;
        }
        Tool.Succeed(args);
        string text = File.ReadAllText(tables[output]);
        Assert.All(["first", "second", "third"], field => Assert.Contains(field, text, StringComparison.Ordinal));
        Tool.Refused("'reasons', which", ["score", tables.Model, tables["names.csv"], "--out", tables["never.csv"], "--carry", "reasons", "--reasons", "1"]);
        Assert.DoesNotContain("never.csv", tables.Files);
    }

    [Fact]
    public void Json_lines_and_databases_hold_the_same()
    {
        Tool.Succeed("score", tables.Model, tables["new.csv"], "--out", tables["scores.jsonl"], "--reasons", "1");
        Tool.Succeed("score", tables.Model, tables["new.csv"], "--out", tables["scores.db"], "--reasons", "1");
        JsonElement[] lines = [.. File.ReadLines(tables["scores.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement)];
        using var connection = new SqliteConnection($"Data Source={tables["scores.db"]};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT row, score, p_value, is_anomaly, reasons FROM scores ORDER BY row";
        using var reader = command.ExecuteReader();
        foreach (var line in lines)
        {
            Assert.True(reader.Read());
            Assert.Equal((line.GetProperty("row").GetInt64(), line.GetProperty("score").GetSingle(), line.GetProperty("is_anomaly").GetBoolean(), line.GetProperty("reasons").GetString()),
                (reader.GetInt64(0), reader.GetFloat(1), reader.GetBoolean(3), reader.GetString(4)));
        }
        Assert.False(reader.Read());
        Assert.Contains(lines, l => l.GetProperty("reasons").GetString()!.Contains("expected", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_come_from_a_database_by_any_provider()
    {
        using (var connection = new SqliteConnection($"Data Source={tables["source.db"]};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE t (a REAL, b REAL, c REAL, town TEXT); INSERT INTO t VALUES (1.5, 3, 0.25, 'Ulm'), (0, NULL, 0, 'Bonn')";
            command.ExecuteNonQuery();
        }
        File.WriteAllText(tables["same.csv"], "a,b,c,town\n1.5,3,0.25,Ulm\n0,,0,Bonn\n");
        Tool.Succeed("score", tables.Model, tables["same.csv"], "--out", tables["from-csv.csv"]);
        foreach (string[] provider in new string[][] { [], ["--provider", "sqlite"], ["--provider", "Microsoft.Data.Sqlite.SqliteFactory, Microsoft.Data.Sqlite"] })
        {
            Tool.Succeed(["score", tables.Model, "--connection", $"Data Source={tables["source.db"]};Pooling=false", "--query", "SELECT * FROM t", "--out", tables["from-db.csv"], .. provider]);
            Assert.Equal(File.ReadAllText(tables["from-csv.csv"]), File.ReadAllText(tables["from-db.csv"]));
        }
        Tool.Refused("--connection and --query go together", "score", tables.Model, "--connection", "x");
        Tool.Refused("There is no provider", "score", tables.Model, "--connection", "x", "--query", "y", "--provider", "No.Such, Thing");
        Tool.Refused("SQLite Error", "score", tables.Model, "--connection", $"Data Source={tables["source.db"]};Pooling=false", "--query", "SELECT nothing FROM t");
    }

    [Theory]
    [InlineData("a,b,c,town\n1,2,x,Ulm\n", "Row 1: Column 'c': 'x' is not a number")]
    [InlineData("a,b,town\n1,2,Ulm\n", "lacks 1 of the columns")]
    [InlineData("a,b,c,town\n1,2,3\n", "Line 2")]
    public void Rows_that_cannot_be_read_are_one_clear_line_and_leave_nothing(string csv, string expected)
    {
        File.WriteAllText(tables["bad.csv"], csv);
        Tool.Refused(expected, "score", tables.Model, tables["bad.csv"], "--out", tables["never.csv"]);
        Assert.DoesNotContain(tables.Files, f => f.StartsWith("never", StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_of_options_are_one_clear_line()
    {
        Tool.Refused("There is no file", "score", tables.Model, tables["none.csv"]);
        Tool.Refused("No file matches", "score", tables.Model, tables["none-*.csv"]);
        Tool.Refused("Where are the rows?", "score", tables.Model);
        Tool.Refused("--shard is '4/3'", "score", tables.Model, tables["new.csv"], "--shard", "4/3");
        Tool.Refused("--format is 'xml'", "score", tables.Model, tables["new.csv"], "--format", "xml");
        Tool.Refused("There is no column 'nobody'", "score", tables.Model, tables["new.csv"], "--carry", "nobody");
        Tool.Refused("--threads is 0", "score", tables.Model, tables["new.csv"], "--threads", "0");
        Tool.Refused("--false-alarm-rate is 2", "train", tables["new.csv"], "--false-alarm-rate", "2", "--out", tables["never.zip"]);
        Tool.Refused("--top is 0", "explain", tables.Model, tables["new.csv"], "--top", "0");
        Tool.Refused("--carry names 'town' twice", "score", tables.Model, tables["new.csv"], "--carry", "town,a,town");
        Tool.Refused("", "score", tables.Model, tables["new.csv"], "--out", tables["never.db"], "--table", "sqlite_x");
        Assert.DoesNotContain("never.db", tables.Files);
        Assert.Equal(1, Tool.Run("score", "--nonsense").Code);
        Assert.Equal(1, Tool.Run("report", tables.Model, tables["new.csv"], "--json").Code);
    }

    [Fact]
    public void A_watch_names_the_column_that_moved_and_keeps_silent_else()
    {
        var (_, _, moved) = Tool.Run("score", tables.Model, tables["moved.csv"], "--watch", "--out", tables["watched.csv"]);
        Assert.Contains("drift: c: ", moved, StringComparison.Ordinal);
        Assert.DoesNotContain("drift: a", moved, StringComparison.Ordinal);
        tables.Write("calm.csv", 2500, seed: 9, anomalies: false);
        Assert.Contains("no drift in 2500 rows", Tool.Run("score", tables.Model, tables["calm.csv"], "--watch", "--out", tables["watched.csv"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_scored_row_by_row_as_they_come()
    {
        using var process = Tool.Start("score", tables.Model, "-", "--watch");
        process.StandardInput.Write("a,b,c,town\n0.5,1,0,Ulm\n");
        process.StandardInput.Flush();
        Assert.Equal("row,score,p_value,is_anomaly", process.StandardOutput.ReadLine());
        Assert.StartsWith("1,", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        process.StandardInput.Write("0.5,1,0,Bonn\n");
        process.StandardInput.Close();
        Assert.StartsWith("2,", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void The_most_anomalous_rows_are_explained_by_the_column_that_is_wrong()
    {
        using var rows = JsonDocument.Parse(Tool.Succeed("explain", tables.Model, tables["new.csv"], "--top", "5", "--json"));
        Assert.Equal(5, rows.RootElement.GetArrayLength());
        // Of five there may be one that is rare by chance.
        Assert.InRange(rows.RootElement.EnumerateArray().Count(r => r.GetProperty("row").GetInt64() % 30 == 0), 4, 5);
        Assert.Equal("b", rows.RootElement[0].GetProperty("reasons")[0].GetProperty("column").GetString());
        Assert.Contains("b ", Tool.Succeed("explain", tables.Model, tables["new.csv"], "--rows", "30"), StringComparison.Ordinal);
        Tool.Refused("There is no row 9999", "explain", tables.Model, tables["new.csv"], "--rows", "9999");
        Tool.Refused("--rows holds 'x'", "explain", tables.Model, tables["new.csv"], "--rows", "x");
    }

    [Fact]
    public void Labelled_rows_are_judged_and_others_counted()
    {
        tables.Write("labelled.csv", 600, seed: 5, isLabelled: true);
        Assert.Contains("RESULT auroc=", Tool.Succeed("evaluate", tables.Model, tables["labelled.csv"]), StringComparison.Ordinal);
        using var metrics = JsonDocument.Parse(Tool.Succeed("evaluate", tables.Model, tables["labelled.csv"], "--json"));
        Assert.True(metrics.RootElement.GetProperty("metrics").GetProperty("areaUnderRocCurve").GetDouble() > 0.9);
        Assert.Contains("RESULT rows=700", Tool.Succeed("evaluate", tables.Model, tables["new.csv"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train.csv")]
    [InlineData("new.csv")]
    public void A_report_is_one_page(string data)
    {
        Tool.Succeed("report", tables.Model, tables[data], "--out", tables["report.html"], "--title", "Orders & towns");
        string page = File.ReadAllText(tables["report.html"]);
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Orders &amp; towns", page, StringComparison.Ordinal);
        foreach (string column in new[] { "a", "b", "c", "town" }) Assert.Contains($">{column}</th>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Tuning_chooses_by_density_and_saves_a_model_that_says_so()
    {
        using var told = JsonDocument.Parse(Tool.Succeed("tune", tables["normal.csv"], "--configurations", "3", "--trial-steps", "30", "--out", tables["tuned.zip"], "--steps", "30", "--json"));
        var (best, start) = (told.RootElement.GetProperty("best"), told.RootElement.GetProperty("default"));
        Assert.True(best.GetProperty("loss").GetDouble() <= start.GetProperty("loss").GetDouble());
        Assert.Contains("tuned", Tool.Succeed("inspect", tables["tuned.zip"]), StringComparison.Ordinal);
        Tool.Succeed("refit", tables["tuned.zip"], tables["moved.csv"], "--out", tables["retuned.zip"], "--steps", "10");
        var (before, after) = (DetectorFile.Load(tables["tuned.zip"]), DetectorFile.Load(tables["retuned.zip"]));
        Assert.Equal(before.Provenance.Settings.Tuned, after.Provenance.Settings.Tuned);
        Assert.Equal(before.Model.Vae.KlWeight, after.Model.Vae.KlWeight);
    }
}
