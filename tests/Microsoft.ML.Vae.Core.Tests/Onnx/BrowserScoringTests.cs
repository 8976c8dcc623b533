using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>samples/BrowserScoring in headless Chromium, on a detector exported here: its ranking must be the managed scorer's.</summary>
public class BrowserScoringTests
{
    private const int RowCount = 60;

    private static readonly FeatureColumn[] Columns = [new("amount", 0, 1, ColumnKind.Continuous), new("colour", 1, 2, ColumnKind.Category), new("age", 3, 1, ColumnKind.Continuous)];

    private static readonly string[] Names = ["amount", "colour.blue", "colour.red", "age"];

    [SkippableTheory]
    [InlineData(false), InlineData(true)]
    public void The_page_ranks_as_the_managed_scorer(bool hasGaps)
    {
        string chromium = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        string? modules = OnnxTools.Above(Path.Combine("artifacts", "onnxruntime")), script = OnnxTools.Above(Path.Combine("samples", "BrowserScoring", "test.mjs"));
        Skip.IfNot(File.Exists(chromium), "Chromium is not installed.");
        Skip.If(modules is null || !Directory.Exists(Path.Combine(modules, "node_modules", "playwright-core")), "playwright-core is not installed: run build/install-onnxruntime.sh.");

        string folder = Directory.CreateTempSubdirectory("mlvae-browser-").FullName;
        WriteData(folder, hasGaps);
        using var node = Process.Start(new ProcessStartInfo("node", [script!, folder, modules!]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = node.StandardError.ReadToEndAsync();
        string output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Directory.Delete(folder, recursive: true);
        Assert.True(node.ExitCode == 0, errors.Result);
        Assert.Equal("ok", output.Trim());
    }

    // Of blue rows the age is missing, if there are gaps; of one row in twenty the amount is far off.
    private static void WriteData(string folder, bool hasGaps)
    {
        var options = new VaeFitOptions { LatentDimension = 2, HiddenWidths = [16], Columns = Columns, AcceptMissing = hasGaps, IncludeMissingness = hasGaps, Training = new() { Steps = 300, Seed = 1 } };
        var model = AnomalyModel.Calibrate(VaeFit.Run(new MatrixRows(Rows(600, seed: 1), Names.Length), options, Names), LossEstimator.Default, 0.05);
        OnnxExporter.Export(model, Path.Combine(folder, "detector.onnx"), new OnnxExportOptions { Outputs = OnnxOutputs.All });
        float[] rows = Rows(RowCount, seed: 2);
        for (int r = 0; r < RowCount; r += 20) rows[r * Names.Length] += 9;
        float[] scores = OnnxCases.Score(model, rows).Score;
        var lines = Enumerable.Range(0, RowCount).Select(r => string.Join(',', [$"row {r}", .. rows.Skip(r * Names.Length).Take(Names.Length).Select(Text), Text(scores[r])]));
        File.WriteAllLines(Path.Combine(folder, "readings.csv"), [string.Join(',', ["Id", .. Names, "Score"]), .. lines]);

        float[] Rows(int count, int seed)
        {
            float[] normals = TestModels.Normals(2 * count, seed);
            return [.. Enumerable.Range(0, count).SelectMany(r => new[] { normals[2 * r], 1 - (r % 2), r % 2, hasGaps && r % 2 == 0 ? float.NaN : normals[(2 * r) + 1] })];
        }
    }

    private static string Text(float value) => float.IsNaN(value) ? "" : value.ToString(CultureInfo.InvariantCulture);
}
