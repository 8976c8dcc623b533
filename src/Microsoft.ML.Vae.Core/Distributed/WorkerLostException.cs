namespace Microsoft.ML.Vae.Core;

/// <summary>A worker vanished while it ran a task; the coordinator gives the task to whoever is left.</summary>
public sealed class WorkerLostException : Exception
{
    /// <summary>Says what happened.</summary>
    public WorkerLostException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
