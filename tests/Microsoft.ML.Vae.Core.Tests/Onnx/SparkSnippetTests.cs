using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>The function that docs/cluster.md gives to Spark, run by Python on pandas batches where pandas and onnxruntime are at hand.</summary>
public sealed partial class SparkSnippetTests : IDisposable
{
    // Networks run in single precision on both sides.
    private const double Precision = 1e-3;

    private static readonly string[] Columns = ["a", "b", "c", "d", "e"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void The_snippet_scores_pandas_batches_as_the_managed_scorer_does()
    {
        string? python = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(p => LineProcess.Succeeds(p, "-c", "import onnxruntime, pandas"));
        Skip.If(python is null, "Python has no onnxruntime or no pandas: pip install onnxruntime pandas.");
        var model = AnomalyModel.Calibrate(
            VaeFit.Run(Toy.Rows(600, 7), new VaeFitOptions { LatentDimension = 2, HiddenWidths = [12], ReferenceRows = 40, Training = Toy.Options }), LossEstimator.Default, 0.05);
        OnnxExporter.Export(model, _folder.File("detector.onnx"));
        var rows = Toy.Rows(40, 8);
        using var process = new LineProcess(python!, Path.Combine(AppContext.BaseDirectory, "Onnx", "batches.py"));
        string answer = process.Ask(JsonSerializer.Serialize(new { snippet = Snippet(), model = _folder.File("detector.onnx"), columns = Columns, rows = rows.ToArray().Chunk(Toy.Features) }));
        var scored = JsonSerializer.Deserialize<Dictionary<string, double[]>>(answer)!;
        var expected = model.ScoreAll(rows);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (double)i), scored["id"]);
        for (int r = 0; r < expected.Count; r++)
        {
            Assert.Equal(expected[r], scored["score"][r], Precision * Math.Max(1, Math.Abs(expected[r])));
            Assert.Equal(scored["score"][r] > model.Threshold ? 1 : 0, scored["is_anomaly"][r]);
        }
    }

    [Fact]
    public void The_page_holds_the_function() => Assert.Contains("def score_batches(model, columns):", Snippet());

    private static string Snippet() => PythonBlock().Match(File.ReadAllText(OnnxTools.Above(Path.Combine("docs", "cluster.md"))!).ReplaceLineEndings("\n")).Groups[1].Value;

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
