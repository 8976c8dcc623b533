namespace Microsoft.ML.Vae.Tool;

/// <summary>Every n-th row, from the i-th on: n processes that read the same table score all of it.</summary>
internal readonly record struct Shard(int Index, int Count)
{
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads "2/5".</summary>
    public static Shard Parse(string? text) => text is null ? Whole
        : text.Split('/') is [var i, var n] && int.TryParse(i, out int index) && int.TryParse(n, out int count) && index >= 1 && index <= count ? new Shard(index, count)
        : throw new UserErrorException($"--shard is '{text}': expected i/n with i from 1 to n, such as 2/5.");

    /// <param name="number">Of a row, from 1.</param>
    public bool Holds(long number) => (number - 1) % Count == Index - 1;
}
