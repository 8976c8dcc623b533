using System.Runtime.CompilerServices;
using Microsoft.ML.Vae.Report.Tests.Support;

namespace Microsoft.ML.Vae.Report.Tests;

public class PackagePageTests(Detectors detectors) : IClassFixture<Detectors>
{
    [Fact]
    public void What_the_package_page_shows_writes_its_files()
    {
        string folder = Directory.CreateTempSubdirectory("mlvae-report-").FullName, before = Directory.GetCurrentDirectory();
        var (model, rows, labels, training) = (detectors.Model, new MatrixRows(detectors.Test, Detectors.Features), detectors.Labels, new MatrixRows(detectors.Training, Detectors.Features));
        var fit = new { Training = new { detectors.History } };
        try
        {
            Directory.SetCurrentDirectory(folder);
            var report = ReportBuilder.Build(model, rows, labels, before: training, new ReportOptions { Title = "Pump 7, week 12", History = fit.Training.History });
            ReportFile.Write("report.html", report);
            ExplorerFile.Write("explorer.html", ExplorerBuilder.Build(model, rows, new ExplorerOptions { Title = "Pump 7" }));
            new Chart
            {
                Title = "Two seeds",
                Description = "The loss of both falls to two nats.",
                X = new Axis("epoch"),
                Y = new Axis("loss, nats") { Low = 0 },
                Marks = [new LineMark([1, 2, 3], [5, 3, 2]) { Name = "seed 1" }, new LineMark([1, 2, 3], [6, 2.5, 2]) { Name = "seed 2", Colour = 1 }],
            }.Save("loss.svg");
            Assert.Equal(["explorer.html", "loss.svg", "report.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Its_lines_are_those_that_the_test_runs()
    {
        string[] run = [.. File.ReadAllLines(Source()).Select(line => line.Trim())];
        string[] shown = [.. File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PackagePage.md")).Split("```csharp\n").Skip(1).SelectMany(block => block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.InRange(shown.Length, 5, 50);
        Assert.All(shown, line => Assert.Contains(line.Trim(), run));
    }

    private static string Source([CallerFilePath] string path = "") => path;
}
