namespace Microsoft.ML.Vae.Core;

/// <summary>A virtual shard of a task.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Shards">Its shards in order.</param>
/// <param name="Fingerprint">Of its rows and their roles, as the survey saw them; null: not surveyed yet.</param>
internal sealed record TaskMember(int Index, Shard[] Shards, ulong? Fingerprint = null);
