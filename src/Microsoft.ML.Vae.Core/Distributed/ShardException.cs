namespace Microsoft.ML.Vae.Core;

/// <summary>A shard cannot be read, or is no longer what it was when the job began. The message names it.</summary>
public sealed class ShardException : Exception
{
    /// <summary>Names the shard.</summary>
    /// <param name="shard">Its name.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="inner">What the reader said; null: nothing.</param>
    public ShardException(string shard, string reason, Exception? inner = null)
        : base($"The shard {shard} stops the job: {reason}", inner) => (Shard, Reason) = (shard, reason);

    /// <summary>Name of the shard.</summary>
    public string Shard { get; }

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; }
}
