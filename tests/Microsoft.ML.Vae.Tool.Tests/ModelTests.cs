using System.Text.Json;
using Microsoft.ML.Vae.Hosting;

namespace Microsoft.ML.Vae.Tool.Tests;

/// <summary>What is saved, and what is said of it: train, inspect, refit, recalibrate, export.</summary>
public sealed class ModelTests(Tables tables) : IClassFixture<Tables>
{
    [Fact]
    public void A_model_is_a_zip_of_ML_NET_that_any_program_loads()
    {
        var model = new MLContext().Model.LoadChecked(tables.Model, out var schema);
        Assert.Equal("Features", Assert.Single(schema).Name);
        Assert.IsType<VaeAnomalyTransformer>(model is IEnumerable<ITransformer> chain ? chain.Last() : model);
        Assert.Equal(6, ServedDetector.Load(tables.Model).FeatureCount);
    }

    [Fact]
    public void What_is_inspected_is_what_was_trained()
    {
        using var card = JsonDocument.Parse(Tool.Succeed("inspect", tables.Model, "--json"));
        var root = card.RootElement;
        Assert.Equal(["a", "b", "c", "town"], root.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.Equal((6, 0.1, 870), (root.GetProperty("features").GetInt32(), root.GetProperty("falseAlarmRate").GetDouble(), root.GetProperty("provenance").GetProperty("rows").GetInt32()));
        Assert.Equal(3, root.GetProperty("columns")[3].GetProperty("categories").GetArrayLength());
        Assert.InRange(root.GetProperty("columns")[1].GetProperty("missing").GetDouble(), 0.02, 0.1);
        string text = Tool.Succeed("inspect", tables.Model), markdown = Tool.Succeed("inspect", tables.Model, "--markdown");
        foreach (string told in new[] { "calibration", "isometry", "fingerprint", "train.csv", "870 rows" }) Assert.Contains(told, text, StringComparison.Ordinal);
        Assert.StartsWith("# Model card: model.zip", markdown, StringComparison.Ordinal);
        Assert.Contains("| town | Category |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_twice_is_the_same_model_and_other_rows_have_another_fingerprint()
    {
        foreach (string name in new[] { "one.zip", "two.zip" }) Tool.Succeed("train", tables["train.csv"], "--out", tables[name], "--steps", "60");
        Assert.Equal(Scores(tables["one.zip"]), Scores(tables["two.zip"]));
        Tool.Succeed("train", tables["normal.csv"], "--out", tables["other.zip"], "--steps", "60");
        string[] prints = [.. new[] { "one.zip", "two.zip", "other.zip" }.Select(n => Print(tables[n]))];
        Assert.Equal(prints[0], prints[1]);
        Assert.NotEqual(prints[0], prints[2]);
    }

    [Fact]
    public void Files_patterns_standard_input_and_queries_train_alike()
    {
        string[] lines = File.ReadAllLines(tables["train.csv"]);
        File.WriteAllLines(tables["half-1.csv"], lines[..500]);
        File.WriteAllLines(tables["half-2.csv"], [lines[0], .. lines[500..]]);
        Tool.Succeed("train", tables["train.csv"], "--out", tables["whole.zip"], "--steps", "30");
        Tool.Succeed("train", tables["half-*.csv"], "--out", tables["halves.zip"], "--steps", "30");
        Assert.Equal(Scores(tables["whole.zip"]), Scores(tables["halves.zip"]));
        using var process = Tool.Start("train", "-", "--out", tables["piped.zip"], "--steps", "30");
        process.StandardInput.Write(File.ReadAllText(tables["train.csv"]));
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(Scores(tables["whole.zip"]), Scores(tables["piped.zip"]));
    }

    [Fact]
    public void Recalibration_changes_the_threshold_and_nothing_else()
    {
        Tool.Succeed("recalibrate", tables.Model, tables["normal.csv"], "--out", tables["renewed.zip"], "--false-alarm-rate", "0.2");
        Assert.Equal(Scores(tables.Model), Scores(tables["renewed.zip"]));
        using var card = JsonDocument.Parse(Tool.Succeed("inspect", tables["renewed.zip"], "--json"));
        Assert.Equal((400, 0.2), (card.RootElement.GetProperty("calibrationRows").GetInt32(), card.RootElement.GetProperty("falseAlarmRate").GetDouble()));
        Assert.Equal("train", card.RootElement.GetProperty("provenance").GetProperty("earlier")[0].GetProperty("verb").GetString());
        Assert.Equal(DetectorFile.Load(tables.Model).Provenance.History.Min(h => h.ValidationLoss), card.RootElement.GetProperty("validationLoss").GetDouble());
        Tool.Refused("remembers", "recalibrate", tables.Model, tables["train.csv"], "--out", tables["never.zip"]);
        Assert.DoesNotContain("never.zip", tables.Files);
    }

    [Fact]
    public void Recalibration_keeps_a_confidence_and_ends_a_contamination_until_the_next_training()
    {
        Tool.Succeed("train", tables["normal.csv"], "--out", tables["sure.zip"], "--steps", "60", "--confidence", "0.9", "--false-alarm-rate", "0.1");
        Tool.Succeed("recalibrate", tables["sure.zip"], tables["new.csv"], "--out", tables["sure.zip"]);
        var sure = DetectorFile.Load(tables["sure.zip"]);
        Assert.Equal(sure.Model.Calibration.ThresholdAtMost(0.1, 0.9), sure.Model.Threshold);
        Tool.Succeed("recalibrate", tables["sure.zip"], tables["moved.csv"], "--out", tables["surer.zip"], "--confidence", "0.99");
        var surer = DetectorFile.Load(tables["surer.zip"]);
        Assert.Equal((surer.Model.Calibration.ThresholdAtMost(0.1, 0.99), 0.99), (surer.Model.Threshold, surer.Provenance.Settings.Confidence));
        Tool.Succeed("train", tables["new.csv"], "--out", tables["dirty.zip"], "--steps", "60", "--contamination", "0.03");
        Assert.Contains("promises no rate", Tool.Succeed("evaluate", tables["dirty.zip"], tables["train.csv"]), StringComparison.Ordinal);
        for (int i = 0; i < 2; i++) Tool.Succeed("recalibrate", tables["dirty.zip"], tables["normal.csv"]);
        Assert.Null(DetectorFile.Load(tables["dirty.zip"]).Provenance.Settings.Contamination);
        Tool.Succeed("refit", tables["dirty.zip"], tables["new.csv"], "--steps", "60");
        var refit = DetectorFile.Load(tables["dirty.zip"]);
        Assert.Equal(0.03, refit.Provenance.Settings.Contamination);
        Assert.Null(refit.Model.Bank);
    }

    [Fact]
    public void A_calibration_with_anomalies_promises_nothing_wherever_one_asks()
    {
        string model = tables["unclean.zip"];
        string[] told =
        [
            Tool.Succeed("train", tables["new.csv"], "--out", model, "--steps", "60", "--contamination", "0.03"),
            Tool.Succeed("inspect", model),
            Tool.Succeed("inspect", model, "--markdown"),
            Tool.Succeed("evaluate", model, tables["train.csv"]),
            Tool.Succeed("--csv", tables["train.csv"], "--model", model, "--false-alarm-rate", "0.1"),
        ];
        Assert.All(told, text => Assert.Contains("contamination 0.03), which promises no rate", text, StringComparison.Ordinal));
        Assert.All(told, text => Assert.DoesNotContain("asked for", text, StringComparison.Ordinal));
        using var card = JsonDocument.Parse(Tool.Succeed("inspect", model, "--json"));
        Assert.Equal(JsonValueKind.Null, card.RootElement.GetProperty("rateBound").ValueKind);
        Tool.Succeed("recalibrate", model, tables["normal.csv"]);
        Assert.Contains("asked for 0.05 false alarms, at most", Tool.Succeed("inspect", model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_may_be_renewed_any_number_of_times_and_keeps_its_last_curve()
    {
        const int Times = 200;
        var detector = DetectorFile.Load(tables.Model);
        var curve = detector.Provenance.History;
        for (int i = 0; i < Times; i++) detector = detector with { Provenance = (detector.Provenance with { Verb = $"recalibrate {i}", History = [], Earlier = [] }).After(detector.Provenance) };
        detector.Save(tables["old.zip"]);
        var loaded = DetectorFile.Load(tables["old.zip"]).Provenance;
        Assert.Equal(Times, loaded.Earlier.Count);
        Assert.Equal("recalibrate 198", loaded.Earlier[0].Verb);
        Assert.Equal("train", loaded.Earlier[^1].Verb);
        Assert.Equal("train", loaded.LastTraining.Verb);
        Assert.Equal(curve, loaded.LastTraining.History);
        Assert.Single(loaded.Earlier, p => p.History.Count > 0);
        Assert.Contains("\"recalibrate 7\"", Tool.Succeed("inspect", tables["old.zip"], "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_watches_for_gaps_goes_through_every_verb()
    {
        string model = tables["watching.zip"];
        Tool.Succeed("train", tables["train.csv"], "--out", model, "--steps", "100", "--include-missingness");
        Assert.Equal(4, DetectorFile.Load(model).Model.Vae.Watched.Count);
        File.WriteAllText(tables["gap.csv"], "a,b,c,town\n0.5,1,,Ulm\n0.5,1,0,Ulm\n");
        using var rows = JsonDocument.Parse(Tool.Succeed("explain", model, tables["gap.csv"], "--rows", "1", "--json"));
        var reason = rows.RootElement[0].GetProperty("reasons")[0];
        Assert.Equal(("c", "missing"), (reason.GetProperty("column").GetString(), reason.GetProperty("found").GetString()));
        Tool.Succeed("score", model, tables["new.csv"], "--watch", "--reasons", "1", "--out", tables["watching.csv"]);
        Tool.Succeed("report", model, tables["train.csv"], "--out", tables["watching.html"], "--explore", tables["watching-map.html"]);
        Tool.Succeed("recalibrate", model, tables["normal.csv"], "--out", tables["watching-2.zip"]);
        Tool.Succeed("refit", model, tables["normal.csv"], "--steps", "20", "--out", tables["watching-3.zip"]);
        Assert.Equal(4, DetectorFile.Load(tables["watching-3.zip"]).Model.Vae.Watched.Count);
        Tool.Succeed("export", model, "--onnx", tables["watching.onnx"]);
        Tool.Refused("does not watch", "refit", tables.Model, tables["normal.csv"], "--include-missingness", "--out", tables["never.zip"]);
    }

    [Fact]
    public void A_refit_goes_on_from_the_model_and_says_so()
    {
        Tool.Succeed("refit", tables.Model, tables["moved.csv"], "--out", tables["refit.zip"], "--steps", "50");
        using var card = JsonDocument.Parse(Tool.Succeed("inspect", tables["refit.zip"], "--json"));
        var provenance = card.RootElement.GetProperty("provenance");
        Assert.Equal(("refit", 2500, "train"), (provenance.GetProperty("verb").GetString(), provenance.GetProperty("rows").GetInt32(), provenance.GetProperty("earlier")[0].GetProperty("verb").GetString()));
        Assert.Equal(0.1, card.RootElement.GetProperty("falseAlarmRate").GetDouble());
        File.WriteAllText(tables["few.csv"], "a,b,c\n1,2,3\n2,4,1\n");
        Tool.Refused("lacks 1 of the columns", "refit", tables.Model, tables["few.csv"], "--out", tables["never.zip"]);
    }

    [Fact]
    public void An_exported_project_scores_as_the_tool_does()
    {
        Tool.Succeed("export", tables.Model, "--csharp", tables["project"]);
        Assert.Equal(["Program.cs", "model.zip", "project.csproj", "table.json"], Directory.EnumerateFiles(tables["project"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string source = Path.Combine(Metadata("ExportedProject"), "..", "..", "src", "Microsoft.ML.Vae.Tool", "Export", "Program.cs.txt");
        Assert.Equal(File.ReadAllText(source), File.ReadAllText(Path.Combine(tables["project"], "Program.cs")));
        Assert.Contains($"Include=\"MLVae\" Version=\"{Provenance.ToolVersion}\"", File.ReadAllText(Path.Combine(tables["project"], "project.csproj")), StringComparison.Ordinal);
        Tool.Refused("is not empty", "export", tables.Model, "--csharp", tables["project"]);
        string[] beside = [.. new[] { "model.zip", "table.json" }.Select(f => Path.Combine(AppContext.BaseDirectory, f))];
        foreach (string file in beside) File.Copy(Path.Combine(tables["project"], Path.GetFileName(file)), file, overwrite: true);
        var (code, output, error) = Tool.Execute(Path.Combine(AppContext.BaseDirectory, "ExportedProject.dll"), tables["new.csv"]);
        foreach (string file in beside) File.Delete(file);
        Assert.True(code == 0, error);
        Assert.Equal(Scores(tables.Model), output.TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')[1]));
    }

    [Fact]
    public void Onnx_and_Kusto_leave_as_files_and_queries()
    {
        Tool.Succeed("export", tables.Model, "--onnx", tables["model.onnx"]);
        Assert.True(new FileInfo(tables["model.onnx"]).Length > 10_000);
        string query = Tool.Succeed("export", tables.Model, "--kusto", "Orders");
        foreach (string part in new[] { "['Orders']", "mlvae_feature_0 = todouble(['a'])", "tostring(['town']) == 'Ulm'", "evaluate python(", "| project-away mlvae_feature_0" }) Assert.Contains(part, query, StringComparison.Ordinal);
        Tool.Refused("Where to?", "export", tables.Model);
    }

    [Theory]
    [InlineData("", "is no zip archive")]
    [InlineData("not a model", "is no zip archive")]
    public void A_file_that_is_no_model_is_one_clear_line(string content, string expected)
    {
        File.WriteAllText(tables["foreign.zip"], content);
        foreach (string verb in new[] { "inspect", "score", "explain", "evaluate", "report", "refit", "recalibrate" })
            Tool.Refused(expected, verb is "inspect" ? [verb, tables["foreign.zip"]] : [verb, tables["foreign.zip"], tables["new.csv"]]);
        Tool.Refused("There is no model", "inspect", tables["none.zip"]);
    }

    [Fact]
    public void A_model_of_a_program_and_a_damaged_one_are_told_apart()
    {
        var ml = new MLContext();
        var detector = DetectorFile.Load(tables.Model);
        ml.Model.SaveAtomically(ml.Transforms.VaeDetector(detector.Model), null, tables["program.zip"]);
        Tool.Refused("is not a model of mlvae: it lacks mlvae/table.json", "inspect", tables["program.zip"]);
        byte[] bytes = File.ReadAllBytes(tables.Model);
        File.WriteAllBytes(tables["cut.zip"], bytes[..(bytes.Length / 2)]);
        Tool.Refused("cut.zip", "inspect", tables["cut.zip"]);
    }

    private static string Metadata(string key) => typeof(ModelTests).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false).Cast<System.Reflection.AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private string[] Scores(string model)
    {
        Tool.Succeed("score", model, tables["new.csv"], "--out", tables["compared.csv"]);
        return [.. File.ReadLines(tables["compared.csv"]).Skip(1).Select(l => l.Split(',')[1])];
    }

    private static string Print(string model)
    {
        using var card = JsonDocument.Parse(Tool.Succeed("inspect", model, "--json"));
        return card.RootElement.GetProperty("provenance").GetProperty("fingerprint").GetString()!;
    }
}
