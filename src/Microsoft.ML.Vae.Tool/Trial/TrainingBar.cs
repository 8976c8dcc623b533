using Microsoft.ML.Vae.Core;
using Spectre.Console;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Runs a training under a progress bar; where the output is no terminal, one line a tenth of the way.</summary>
internal static class TrainingBar
{
    public static T Run<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> train)
    {
        if (!console.Profile.Capabilities.Interactive) return train(new Lines(console.Profile.Out.Writer));
        return console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => train(new Bar(context.AddTask("training"))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            (task.MaxValue, task.Value) = (value.Steps, value.Step);
            task.Description = $"training, loss {value.ValidationLoss ?? value.TrainingLoss:F3}";
        }
    }

    private sealed class Lines(TextWriter output) : IProgress<TrainingProgress>
    {
        private long _shown;

        public void Report(TrainingProgress value)
        {
            if (value.Step * 10 / value.Steps == _shown) return;
            _shown = value.Step * 10 / value.Steps;
            output.WriteLine($"training: step {value.Step}/{value.Steps}, loss {value.TrainingLoss:F3}, held out {value.ValidationLoss:F3}");
        }
    }
}
