namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Keeps progress lines in order, synchronously, and lets a test act on each.</summary>
internal sealed class ProgressLog(Action<TrainingProgress>? onLine = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Lines { get; } = [];

    public void Report(TrainingProgress value)
    {
        Lines.Add(value);
        onLine?.Invoke(value);
    }
}
