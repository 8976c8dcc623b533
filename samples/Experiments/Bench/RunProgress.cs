using Spectre.Console;

namespace Experiments;

/// <summary>Told of each run.</summary>
internal interface IRunProgress
{
    void Expect(int runs);

    void Done(string run, bool isNew, RunTime time);
}

/// <summary>A bar with the time left on standard error; a line a run where that is no terminal.</summary>
internal static class RunProgress
{
    public static T Show<T>(string experiment, Func<IRunProgress, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (!console.Profile.Capabilities.Interactive) return work(new Lines(experiment, Console.Error));
        return console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask(experiment))));
    }

    private sealed class Bar(ProgressTask task) : IRunProgress
    {
        private readonly string _experiment = task.Description;

        public void Expect(int runs) => task.MaxValue = runs;

        public void Done(string run, bool isNew, RunTime time)
        {
            task.Description = Markup.Escape($"{_experiment}: {run}");
            task.Increment(1);
        }
    }

    private sealed class Lines(string experiment, TextWriter output) : IRunProgress
    {
        private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();
        private int _expected, _done, _new;

        public void Expect(int runs) => _expected = runs;

        public void Done(string run, bool isNew, RunTime time)
        {
            _done++;
            if (!isNew) return;
            _new++;
            double left = (_expected - _done) * _watch.Elapsed.TotalMinutes / _new;
            output.WriteLine($"{experiment} {_done}/{_expected} {run}: {60 * time.Processor:F1} s{(_done < _expected ? $", about {left:F1} min left" : "")}");
        }
    }
}
