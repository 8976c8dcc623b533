namespace Microsoft.ML.Vae.Core;

/// <summary>What a worker must know to open virtual shards.</summary>
/// <param name="Seed">Of the job.</param>
/// <param name="HeldOutFraction">Share of the rows that do not train.</param>
/// <param name="Watched">Features whose gaps are flagged behind the others.</param>
/// <param name="Inputs">Features of a raw row; 0: whatever the first shard has.</param>
/// <param name="OnCorrupt">What becomes of a shard that cannot be read.</param>
internal sealed record RowFacts(int Seed, double HeldOutFraction, int[] Watched, int Inputs, CorruptShards OnCorrupt);
