namespace Microsoft.ML.Vae.Core;

/// <summary>Reads a shard, and says by its name what is wrong with it.</summary>
internal static class ShardReading
{
    /// <exception cref="ShardException">It cannot be opened, or has another number of features.</exception>
    public static IRowSource Open(Shard shard, int expectedFeatures)
    {
        ShardFormats.HasParts(shard.Format);
        var rows = Named(shard, () => ShardFormats.Open(shard));
        return expectedFeatures == 0 || rows.FeatureCount == expectedFeatures ? rows : throw new ShardException(shard.Name, $"it has {rows.FeatureCount} features, expected {expectedFeatures}.");
    }

    /// <summary>Shows all rows in order.</summary>
    /// <exception cref="ShardException">It cannot be read.</exception>
    public static void Run(Shard shard, IRowSource rows, RowTaker take, CancellationToken cancellation)
    {
        int m = rows.FeatureCount;
        var (features, weights) = (new float[RowPass.BlockRows * m], new float[RowPass.BlockRows]);
        using var reader = Named(shard, () => rows.Read(null));
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Named(shard, () => reader.Read(features, weights));
            if (count == 0) return;
            if (weights.AsSpan(0, count).ContainsAnyExcept(1f)) throw new ShardException(shard.Name, "its rows have weights, which a distributed job does not know.");
            for (int r = 0; r < count; r++) take(features.AsSpan(r * m, m));
        }
    }

    // Whatever a reader says, also one of a registered format; what a full disk of the worker's own says is not the shard's fault.
    private static T Named<T>(Shard shard, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new ShardException(shard.Name, e.Message, e);
        }
    }
}

/// <summary>Takes a row.</summary>
internal delegate void RowTaker(ReadOnlySpan<float> row);
