namespace Microsoft.ML.Vae.Core;

/// <summary>What a scoring did.</summary>
/// <param name="Shards">Shards that have their scores.</param>
/// <param name="AlreadyDone">Those of them that had them before.</param>
/// <param name="Skipped">Shards that were left out, and why.</param>
/// <param name="Rows">Rows of all shards that have scores.</param>
/// <param name="Unscored">Rows without a score.</param>
/// <param name="Flagged">Rows above the threshold.</param>
/// <param name="Totals">What this run cost.</param>
public sealed record DistributedScores(int Shards, int AlreadyDone, IReadOnlyList<SkippedShard> Skipped, long Rows, long Unscored, long Flagged, DistributedTotals Totals);
