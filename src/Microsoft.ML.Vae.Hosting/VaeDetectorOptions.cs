using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>What is served, and its limits. Immutable.</summary>
public sealed record VaeDetectorOptions
{
    /// <summary>An ML.NET zip; it may appear later and be replaced at any time.</summary>
    public required string ModelPath { get; init; }

    /// <summary>How often to look at the file. A file is read when two looks in a row agree, so that one still being copied is left alone.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Rows in one batch: a tenth of a second's work, so that nobody waits behind a giant.</summary>
    public int MaximumRows { get; init; } = 1000;

    /// <summary>Bytes in one request: the largest batch of a few hundred features.</summary>
    public long MaximumBodyBytes { get; init; } = 8 << 20;

    /// <summary>How the stream of scores is watched; null: it is not. Each model that begins to serve begins a new watch.</summary>
    public DriftOptions? Drift { get; init; } = new();

    internal VaeDetectorOptions Validated()
    {
        ArgumentException.ThrowIfNullOrEmpty(ModelPath);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumBodyBytes);
        return this;
    }
}
