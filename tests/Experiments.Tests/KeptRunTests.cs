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
    public void A_new_run_has_the_value_that_is_kept()
    {
        var kept = new KeptRuns(_folder);
        Assert.Equal((3, "three"), kept.Get("e", "tuple-1", () => (Count: 3, Name: "three")).Value);
        Assert.Equal((3, "three"), kept.Get<(int, string)>("e", "tuple-1", () => throw new InvalidOperationException("It is kept.")).Value);
        // What a file cannot hold is missing at once, not when work goes on.
        Assert.Equal(0, kept.Get("e", "hidden-1", () => new Hidden(5)).Value.Seen());
    }

    public static TheoryData<string> Resumed => ["beta", "fisher-rao", "robot-arm"];

    [Theory]
    [MemberData(nameof(Resumed))]
    public void A_tiny_experiment_ends_in_its_result_line_and_resumes_without_a_run(string name)
    {
        var experiment = Catalog.All.Single(e => e.Name == name);
        var (first, runs) = Printed(experiment);
        var (second, more) = Printed(experiment);
        Assert.Contains($"{name} 1/", runs, StringComparison.Ordinal);
        Assert.Empty(more);
        Assert.Equal(first, second);
        Assert.Single(first.Split('\n'), l => l.StartsWith($"RESULT experiment={name} ", StringComparison.Ordinal));
        string page = File.ReadAllText(Path.Combine(_folder, "results", "EXPERIMENTS.md"));
        Assert.Contains($"## {name}:", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "results", $"{name}.svg")));
    }

    [Fact]
    public void Without_its_file_a_run_is_done_again()
    {
        Printed(new Nakagawa.BetaExperiment());
        File.Delete(Directory.EnumerateFiles(Path.Combine(_folder, "tiny", "beta"), "digits-*.json").First());
        var (_, runs) = Printed(new Nakagawa.BetaExperiment());
        Assert.Single(runs.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_part_is_told_on_the_page_and_does_not_take_the_wholes_place()
    {
        string Page(params string[] only)
        {
            Printed(new Parts(), new StudySettings(StudySize.Tiny, null, _folder, _folder, null, only));
            return File.ReadAllText(Path.Combine(_folder, "results", "EXPERIMENTS.md"));
        }
        Assert.Contains("Left out of what belongs to their size: beta (second).", Page("first"), StringComparison.Ordinal);
        string whole = Page();
        Assert.Contains("Nothing that belongs to their size is left out.", whole, StringComparison.Ordinal);
        Assert.Contains("| second |", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Page("first"));
    }

    [Fact]
    public void Names_of_experiments_differ() => Assert.Equal(Catalog.All.Count, Catalog.All.Select(e => e.Name).Distinct().Count());

    // What a run prints, and a line for each run that was not kept.
    private (string Output, string Runs) Printed(IExperiment experiment, StudySettings? settings = null)
    {
        var (output, error, console, consoleError) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            Assert.Equal(0, Bench.Run([experiment], settings ?? new StudySettings(StudySize.Tiny, null, _folder, _folder, null)));
        }
        finally
        {
            Console.SetOut(console);
            Console.SetError(consoleError);
        }
        return (output.ToString(), error.ToString());
    }

    private sealed class Parts : IExperiment
    {
        public string Name => "beta";

        public string Source => "";

        public string Purpose => "";

        public Report Run(Study study) => new()
        {
            Name = Name,
            Title = "",
            Seeds = 1,
            Differs = "",
            Results = [],
            Rows = [.. new[] { "first", "second" }.Where(study.Includes).Select(part => ReportRow.Free(part, "", ""))],
        };
    }

    private sealed class Hidden
    {
        private readonly int _value;

        public Hidden() { }

        public Hidden(int value) => _value = value;

        public int Seen() => _value;
    }
}
