namespace Microsoft.ML.Vae.Core;

/// <summary>Gathers random draws of rows from all virtual shards: those whose keys are the lowest of all.</summary>
internal sealed class RowDraws(TaskRunner runner, TaskMember[] members, int m)
{
    // Of one message: connections break at 100 MB.
    private const int MessageBytes = 1 << 24;

    // Of a draw. Rows of many features are fewer: 100,000 have up to 167.
    private const long DrawBytes = 1 << 26;

    // The number of keys below a bound scatters by the root of what is expected: more than five times that is never seen.
    private const double Slack = 6;

    /// <summary>At most so many rows, and at most 64 MB, in the order of virtual shards and rows.</summary>
    /// <param name="sample">Which rows.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<MatrixRows> DrawAsync(RowSampleKind sample, long rows, int most, CancellationToken cancellation)
    {
        if (rows == 0 || most == 0) return new MatrixRows(ReadOnlyMemory<float>.Empty, m);
        most = Fitting(most, m);
        double wanted = Math.Min(rows, most + (Slack * Math.Sqrt(most))), bytesPerMember = wanted * m * sizeof(float) / members.Length;
        var results = await runner.RunAsync(members, DrawWork.Order(new DrawOrder(sample, KeysBelow(rows, most))), cancellation, Math.Max(1, (int)(MessageBytes / Math.Max(1, bytesPerMember)) / 2)).ConfigureAwait(false);
        var parts = results.Select(DrawWork.Read).ToArray();
        double[] keys = [.. parts.SelectMany(p => p.Keys)];
        float[] drawn = [.. parts.SelectMany(p => p.Rows)];
        if (keys.Length <= most) return new MatrixRows(drawn, m);
        return new MatrixRows(drawn, m).Subset(Enumerable.Range(0, keys.Length).OrderBy(i => keys[i]).ThenBy(i => i).Take(most).Order());
    }

    /// <summary>As many of so many rows of m features as a draw may have.</summary>
    public static int Fitting(int most, int m) => (int)Math.Clamp(DrawBytes / (sizeof(float) * (long)m), 1, most);

    /// <summary>A bound of the keys below which there are enough rows, and hardly more.</summary>
    public static double KeysBelow(long rows, int most) => rows <= most ? 1 : Math.Min(1, (most + (Slack * Math.Sqrt(most))) / rows);
}
