namespace Microsoft.ML.Vae.Core;

/// <summary>What is asked of a survey.</summary>
/// <param name="Blocks">First feature and length of each category.</param>
internal sealed record SurveyOrder(int[][] Blocks);

/// <summary>What the rows of one virtual shard tell.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Fingerprint">Of its rows.</param>
/// <param name="Roles">How many rows do what.</param>
/// <param name="Features">m, with flags; 0 where there is no row.</param>
/// <param name="Skipped">Shards that were left out.</param>
internal sealed record SurveyFacts(int Index, ulong Fingerprint, RowRoles Roles, int Features, SkippedShard[] Skipped);

/// <summary>Reads virtual shards for the first time: statistics of the rows that train, numbers of rows, checksums.</summary>
internal static class SurveyWork
{
    public const string Kind = "survey";

    public static Packet Order(IReadOnlyList<(int First, int Length)> blocks) => new(Kind, HeaderJson.Write(new SurveyOrder([.. blocks.Select(b => new[] { b.First, b.Length })])), [], []);

    /// <summary>Facts, and moments, faults and category counts as numbers, of each virtual shard.</summary>
    public static (SurveyFacts Facts, double[] Numbers)[] Read(ShardResult result) => [.. HeaderJson.Read<SurveyFacts[]>(result.Content.Header).Zip(result.Content.Doubles)];

    public static ShardResult Run(ShardWorker worker, ShardTask task, CancellationToken cancellation)
    {
        var order = HeaderJson.Read<SurveyOrder>(task.Order.Header);
        var members = worker.ForEach(task, Member);
        return new(new Packet(Kind, HeaderJson.Write(members.Select(m => m.Facts).ToArray()), [], [.. members.Select(m => m.Numbers)]));

        (SurveyFacts Facts, double[] Numbers) Member(TaskMember member)
        {
            var rows = worker.Open(member, task.Rows, cancellation);
            var role = new RowRole(task.Rows.Seed, task.Rows.HeldOutFraction);
            var learnt = new Survey(rows.FeatureCount, [.. order.Blocks.Select(b => (b[0], b[1]))]);
            long trained = 0, chose = 0;
            rows.ForEach((hash, _) => role.Trains(hash) || role.Chooses(hash), (row, hash) =>
            {
                bool trains = role.Trains(hash);
                (trained, chose) = trains ? (trained + 1, chose) : (trained, chose + 1);
                learnt.Add(row, trains);
            });
            return (new SurveyFacts(member.Index, rows.Fingerprint, new RowRoles(trained, chose, rows.Rows - trained - chose), rows.FeatureCount, [.. rows.Skipped]), learnt.ToNumbers());
        }
    }
}
