namespace Microsoft.ML.Vae.Core;

/// <summary>A trained detector, and how it came about.</summary>
/// <param name="Model">Saved, loaded and scored as any other.</param>
/// <param name="Training">How training went; check the outcome. Steps are those of each virtual shard.</param>
/// <param name="Roles">How many rows did what.</param>
/// <param name="Skipped">Shards that were left out.</param>
/// <param name="Totals">What this run cost.</param>
public sealed record DistributedResult(AnomalyModel Model, TrainingResult Training, RowRoles Roles, IReadOnlyList<SkippedShard> Skipped, DistributedTotals Totals);
