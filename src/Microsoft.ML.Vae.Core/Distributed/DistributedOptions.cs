namespace Microsoft.ML.Vae.Core;

/// <summary>What becomes of a shard that cannot be read.</summary>
public enum CorruptShards
{
    /// <summary>The job stops with its name.</summary>
    Stop,

    /// <summary>It is left out, and named in the result.</summary>
    Skip,
}

/// <summary>How a job is shared out among workers. Immutable; the bits of the result follow from it and the data, never from the workers.</summary>
public sealed record DistributedOptions
{
    /// <summary>V, parts that train side by side; more workers than that find nothing to do. Either at most the number of shards, which are then grouped in order, or a multiple of it:
    /// each shard is then cut into V/shards parts. 8: what is lost against one process was measured there.</summary>
    public int VirtualShards { get; init; } = 8;

    /// <summary>H, steps of each virtual shard between two averages. 1: gradients are averaged in place of weights, and a round is one step on a batch V times as large.
    /// 256: on KDD Cup and 10⁷ generated rows AUROC, average precision and ELBO are within what seeds of one process differ by, and 64 hosts of 16 cores work for two thirds of a round (simulated).</summary>
    public int LocalSteps { get; init; } = 256;

    /// <summary>Stop: a file that is damaged in silence is worse than a job that ends.</summary>
    public CorruptShards OnCorrupt { get; init; } = CorruptShards.Stop;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public DistributedOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(VirtualShards);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LocalSteps);
        if (!Enum.IsDefined(OnCorrupt)) throw new ArgumentOutOfRangeException(nameof(OnCorrupt), OnCorrupt, "Expected one of the named kinds.");
        return this;
    }
}
