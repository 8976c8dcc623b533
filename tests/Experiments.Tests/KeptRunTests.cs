namespace Experiments.Tests;

/// <summary>What is finished is not done again, and what is missing is said by name.</summary>
public sealed class KeptRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_finished_run_is_kept_and_an_unfinished_one_is_not()
    {
        var kept = new KeptRuns(_folder);
        Assert.Throws<InvalidOperationException>(() => kept.Get<double[]>("e", "m-1", () => throw new InvalidOperationException()));
        Assert.Equal([1, double.NaN], kept.Get<double[]>("e", "m-1", () => [1, double.NaN]).Value);
        var (value, isNew, _) = kept.Get<double[]>("e", "m-1", () => throw new InvalidOperationException("It is kept."));
        Assert.Equal([1, double.NaN], value);
        Assert.False(isNew);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_data_file_is_named()
    {
        var missing = Assert.Throws<MissingDataException>(() => new DataFolder(_folder).Lines("thyroid.csv.gz"));
        Assert.Contains("thyroid.csv.gz", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public void A_tiny_experiment_ends_in_its_result_line_and_resumes()
    {
        var settings = new StudySettings(StudySize.Tiny, null, _folder, _folder, null);
        var (output, console) = (new StringWriter(), Console.Out);
        Console.SetOut(output);
        try
        {
            Assert.Equal(0, Bench.Run([new Nakagawa.BetaExperiment()], settings));
            Assert.Equal(0, Bench.Run([new Nakagawa.BetaExperiment()], settings));
        }
        finally
        {
            Console.SetOut(console);
        }
        string[] results = [.. output.ToString().Split('\n').Where(l => l.StartsWith("RESULT", StringComparison.Ordinal))];
        Assert.Equal(2, results.Length);
        Assert.StartsWith("RESULT experiment=beta coding=", results[0], StringComparison.Ordinal);
        Assert.Equal(results[0], results[1]);
        string page = File.ReadAllText(Path.Combine(_folder, "results", "EXPERIMENTS.md"));
        Assert.Contains("## beta:", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "results", "beta.svg")));
    }

    [Fact]
    public void Names_of_experiments_differ() => Assert.Equal(Catalog.All.Count, Catalog.All.Select(e => e.Name).Distinct().Count());
}
