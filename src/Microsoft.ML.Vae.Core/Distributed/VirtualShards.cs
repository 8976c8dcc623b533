namespace Microsoft.ML.Vae.Core;

/// <summary>Cuts or groups the shards of a job into as many virtual shards as it asks for, by their order alone.</summary>
internal static class VirtualShards
{
    /// <exception cref="ArgumentException">The numbers do not go together, a format has no parts, or two shards are one.</exception>
    public static Shard[][] Of(IReadOnlyList<Shard> shards, int count)
    {
        if (shards.Count == 0) throw new ArgumentException("Expected a shard, got none.", nameof(shards));
        if (shards.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"The shard {twice.Key} is there twice.", nameof(shards));
        foreach (var shard in shards) ShardFormats.HasParts(shard.Format);
        if (count <= shards.Count) return [.. Enumerable.Range(0, count).Select(v => shards.Skip(Bound(v)).Take(Bound(v + 1) - Bound(v)).ToArray())];
        int parts = count / shards.Count;
        if (count % shards.Count != 0)
            throw new ArgumentException($"{count} virtual shards cannot be cut from {shards.Count} shards evenly: expected at most {shards.Count}, or a multiple, such as {parts * shards.Count}.", nameof(count));
        if (shards.FirstOrDefault(s => !ShardFormats.HasParts(s.Format)) is { } whole)
            throw new ArgumentException($"The shard {whole.Name} has the format '{whole.Format}', which has no parts: ask for at most {shards.Count} virtual shards, or give more shards.", nameof(shards));
        return [.. shards.SelectMany(s => Enumerable.Range(0, parts).Select(part => new[] { s.Cut(part, parts) }))];

        int Bound(int v) => (int)((long)shards.Count * v / count);
    }
}
