namespace Microsoft.ML.Vae.Core;

/// <summary>What a run cost. Times are this run's: no bit of the result depends on them.</summary>
/// <param name="Rows">Rows worked on, as often as each was.</param>
/// <param name="RowsPerSecond">Of training rounds, or of scoring.</param>
/// <param name="Rounds">Rounds done.</param>
/// <param name="BytesPerRound">Bytes that a round sends and receives, all workers together.</param>
/// <param name="Waiting">Share of the workers' time in rounds that they waited: for messages, for each other, for the coordinator.</param>
/// <param name="Seconds">Since the run began.</param>
public sealed record DistributedTotals(long Rows, double RowsPerSecond, long Rounds, double BytesPerRound, double Waiting, double Seconds);
