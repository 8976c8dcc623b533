namespace Microsoft.ML.Vae.Core;

/// <summary>What a row does in a job: by a hash of its virtual shard and its place there.</summary>
/// <param name="seed">Of the job.</param>
/// <param name="heldOutFraction">Share of the rows that do not train: half choose the state, half calibrate.</param>
internal sealed class RowRole(int seed, double heldOutFraction)
{
    private readonly RandomStream _random = RandomStream.FromSeed(seed).Split(6);

    /// <summary>A uniform number of each row: below half the fraction it chooses, below the fraction it calibrates, else it trains.</summary>
    public double Hash(int shard, long place) => Hashes(shard).Uniform(place);

    /// <summary>The hashes of a virtual shard's rows by their places.</summary>
    public RandomStream Hashes(int shard) => _random.Split(0).Split((ulong)shard);

    public bool Trains(double hash) => hash >= heldOutFraction;

    public bool Chooses(double hash) => hash < 0.5 * heldOutFraction;

    /// <summary>Other hashes of them, of which the lowest of a sample are its draw.</summary>
    public RandomStream Keys(RowSampleKind sample, int shard) => _random.Split((ulong)sample).Split((ulong)shard);
}

/// <summary>The samples of rows that the coordinator gathers, each by keys of its own.</summary>
internal enum RowSampleKind
{
    /// <summary>Rows that choose the best state.</summary>
    Choosing = 1,

    /// <summary>Rows that train or choose, of which the detector remembers some.</summary>
    Candidates = 2,

    /// <summary>Rows that took no part.</summary>
    Calibration = 3,
}
