namespace Microsoft.ML.Vae.Core;

/// <summary>Which rows are wanted.</summary>
/// <param name="Sample">Of which sample.</param>
/// <param name="KeysBelow">Those whose key is below.</param>
internal sealed record DrawOrder(RowSampleKind Sample, double KeysBelow);

/// <summary>Raw rows of a sample with their keys, in the order of virtual shards and rows: the lowest keys of all workers together are a random draw from all rows.</summary>
internal static class DrawWork
{
    public const string Kind = "draw";

    public static Packet Order(DrawOrder order) => new(Kind, HeaderJson.Write(order), [], []);

    public static (float[] Rows, double[] Keys) Read(ShardResult result) => (result.Content.Floats[0], result.Content.Doubles[0]);

    public static ShardResult Run(ShardWorker worker, ShardTask task, CancellationToken cancellation)
    {
        var order = HeaderJson.Read<DrawOrder>(task.Order.Header);
        var role = new RowRole(task.Rows.Seed, task.Rows.HeldOutFraction);
        var drawn = worker.ForEach(task, Member);
        return new(new Packet(Kind, "", [[.. drawn.SelectMany(d => d.Rows)]], [[.. drawn.SelectMany(d => d.Keys)]]));

        (List<float> Rows, List<double> Keys) Member(TaskMember member)
        {
            var (rows, keys, all, key) = (new List<float>(), new List<double>(), role.Keys(order.Sample, member.Index), 0.0);
            worker.Open(member, task.Rows, cancellation).ForEach((hash, place) => IsIn(hash) && (key = all.Uniform(place)) < order.KeysBelow, (row, _) =>
            {
                rows.AddRange(row);
                keys.Add(key);
            });
            return (rows, keys);
        }

        bool IsIn(double hash) => order.Sample switch
        {
            RowSampleKind.Choosing => role.Chooses(hash),
            RowSampleKind.Candidates => role.Trains(hash) || role.Chooses(hash),
            RowSampleKind.Calibration => !role.Trains(hash) && !role.Chooses(hash),
        };
    }
}
