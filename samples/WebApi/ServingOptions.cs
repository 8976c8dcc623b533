/// <summary>What is served, and its limits.</summary>
internal sealed record ServingOptions
{
    /// <summary>An ML.NET zip; it may appear later and be replaced at any time.</summary>
    public required string ModelPath { get; init; }

    /// <summary>How often to look at the file. A file is read when two looks in a row agree, so that one still being copied is left alone.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Rows in one batch: a tenth of a second's work, so that nobody waits behind a giant.</summary>
    public int MaximumRows { get; init; } = 1000;

    /// <summary>Bytes in one request: the largest batch of a few hundred features.</summary>
    public long MaximumBodyBytes { get; init; } = 8 << 20;
}
