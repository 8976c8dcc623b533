namespace Microsoft.ML.Vae.Core;

/// <summary>A shard that was left out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record SkippedShard(string Name, string Reason);
