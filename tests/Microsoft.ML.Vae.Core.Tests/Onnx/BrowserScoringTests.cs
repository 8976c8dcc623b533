using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>samples/BrowserScoring in headless Chromium, on a detector exported here: its ranking must be the managed scorer's.</summary>
public class BrowserScoringTests
{
    private const int RowCount = 60;

    [SkippableFact]
    public void The_page_ranks_as_the_managed_scorer()
    {
        string chromium = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        string? modules = OnnxTools.Above(Path.Combine("artifacts", "onnxruntime")), script = OnnxTools.Above(Path.Combine("samples", "BrowserScoring", "test.mjs"));
        Skip.IfNot(File.Exists(chromium), "Chromium is not installed.");
        Skip.If(modules is null || !Directory.Exists(Path.Combine(modules, "node_modules", "playwright-core")), "playwright-core is not installed: run build/install-onnxruntime.sh.");

        string folder = Directory.CreateTempSubdirectory("mlvae-browser-").FullName;
        WriteData(folder);
        using var node = Process.Start(new ProcessStartInfo("node", [script!, folder, modules!]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = node.StandardError.ReadToEndAsync();
        string output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Directory.Delete(folder, recursive: true);
        Assert.True(node.ExitCode == 0, errors.Result);
        Assert.Equal("ok", output.Trim());
    }

    private static void WriteData(string folder)
    {
        var model = OnnxCases.Model("LearnedVariance", 2, Activation.Tanh, 32);
        OnnxExporter.Export(model, Path.Combine(folder, "detector.onnx"), new OnnxExportOptions { Outputs = OnnxOutputs.All });
        float[] rows = OnnxCases.Rows("LearnedVariance", RowCount);
        for (int i = 0; i < rows.Length; i += 40) rows[i] += 9;
        float[] scores = OnnxCases.Score(model, rows).Score;
        var lines = Enumerable.Range(0, RowCount).Select(r => string.Join(',', [
            $"row {r}", .. rows.Skip(r * OnnxCases.Features).Take(OnnxCases.Features).Select(Text), Text(scores[r])]));
        File.WriteAllLines(Path.Combine(folder, "readings.csv"), [string.Join(',', ["Id", .. model.Vae.FeatureNames, "Score"]), .. lines]);
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
