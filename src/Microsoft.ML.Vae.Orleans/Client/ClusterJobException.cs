namespace Microsoft.ML.Vae.Orleans;

/// <summary>A job failed, or the cluster gave no answer. The message says why.</summary>
public sealed class ClusterJobException : Exception
{
    /// <summary>Says why.</summary>
    public ClusterJobException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
