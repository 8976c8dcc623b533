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
    }

    [Fact]
    public void What_a_file_cannot_hold_is_no_run()
    {
        var kept = new KeptRuns(_folder);
        Assert.Contains(nameof(Hidden), Assert.Throws<InvalidOperationException>(() => kept.Get("e", "hidden-1", () => new Hidden(5))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => kept.Get("e", "inner-1", () => (Count: 1, Values: new[] { new Hidden(5) })));
        Assert.Throws<InvalidOperationException>(() => kept.Get("e", "given-1", () => new Given()));
        Assert.True(kept.IsEmpty);
    }

    [Fact]
    public void A_kept_run_of_other_members_is_refused_by_its_file()
    {
        var kept = new KeptRuns(_folder);
        kept.Get("e", "m-1", () => new Two(1, 2));
        Assert.Equal(new Two(1, 2), kept.Get<Two>("e", "m-1", () => throw new InvalidOperationException("It is kept.")).Value);
        foreach (var stale in (Func<object>[])[() => kept.Get("e", "m-1", () => new One(1)), () => kept.Get("e", "m-1", () => new Three(1, 2, 3)), () => kept.Get("e", "m-1", () => (1, 2))])
            Assert.Contains("m-1.json", Assert.Throws<InvalidDataException>(stale).Message, StringComparison.Ordinal);
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
            Printed([new Parts()], Tiny with { Only = only });
            return File.ReadAllText(Path.Combine(_folder, "results", "EXPERIMENTS.md"));
        }
        Assert.Contains("Left out of what belongs to their size: beta (second).", Page("first"), StringComparison.Ordinal);
        string whole = Page();
        Assert.Contains("Nothing that belongs to their size is left out.", whole, StringComparison.Ordinal);
        Assert.Contains("| second |", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Page("first"));
    }

    [Fact]
    public void An_unknown_part_is_refused_with_the_known_ones_and_other_experiments_are_skipped()
    {
        var settings = new StudySettings(StudySize.Tiny, null, _folder, _folder, null, ["second", "thrid"]);
        var (_, error) = Printed([new Parts(), new Whole()], settings, 1);
        Assert.Contains("Unknown part 'thrid': expected parts of beta: first, second.", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        var (output, _) = Printed([new Parts(), new Whole()], settings with { Only = ["second"] });
        Assert.Contains("RESULT experiment=beta", output, StringComparison.Ordinal);
        Assert.DoesNotContain("RESULT experiment=toy", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_tells_the_time_of_one_piece_only_of_what_ran_in_it()
    {
        const string InOnePiece = "They ran in one piece, which took";
        string Page(params IExperiment[] experiments)
        {
            Printed(experiments, Tiny);
            return File.ReadAllText(Path.Combine(_folder, "results", "EXPERIMENTS.md"));
        }
        Assert.Contains(InOnePiece, Page(new Parts(), new Whole()), StringComparison.Ordinal);
        // Rendered anew.
        Assert.Contains(InOnePiece, Page(new Parts(), new Whole()), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder, "tiny", "toy", "sum-0.json"));
        Assert.DoesNotContain(InOnePiece, Page(new Parts(), new Whole()), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_experiments_differ() => Assert.Equal(Catalog.All.Count, Catalog.All.Select(e => e.Name).Distinct().Count());

    private StudySettings Tiny => new(StudySize.Tiny, null, _folder, _folder, null);

    private (string Output, string Runs) Printed(IExperiment experiment) => Printed([experiment], Tiny);

    // What runs print, and a line for each that was not kept.
    private static (string Output, string Runs) Printed(IReadOnlyList<IExperiment> experiments, StudySettings settings, int exitCode = 0)
    {
        var (output, error, console, consoleError) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            Assert.Equal(exitCode, Bench.Run(experiments, settings));
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

        IReadOnlyList<string> IExperiment.Parts => ["first", "second"];

        public Report Run(Study study) => new()
        {
            Name = Name,
            Title = "",
            Seeds = 1,
            Differs = "",
            Results = [],
            Rows = [.. ((IExperiment)this).Parts.Where(study.Includes).Select(part => ReportRow.Free(part, "", ""))],
        };
    }

    private sealed class Whole : IExperiment
    {
        public string Name => "toy";

        public string Source => "";

        public string Purpose => "";

        public Report Run(Study study) => new()
        {
            Name = Name,
            Title = "",
            Seeds = 1,
            Differs = "",
            Results = [new("sum", study.Run("sum", 0, () => Enumerable.Range(0, 1000).Sum()))],
            Rows = [],
        };
    }

    private sealed record One(int First);

    private sealed record Two(int First, int Second);

    private sealed record Three(int First, int Second, int Third);

    // Written, but not read.
    private sealed class Given
    {
        private static int _given;

        public int Value { get; } = _given++;
    }

    private sealed class Hidden
    {
        private readonly int _value;

        public Hidden() { }

        public Hidden(int value) => _value = value;

        public override string ToString() => $"{_value}";
    }
}
