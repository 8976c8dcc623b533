namespace Microsoft.ML.Vae.Core.Tests.Distributed;

/// <summary>One process that takes in each step the batches of all virtual shards as one, each row with its shard's rows over its batch's as weight, and the noise that the shards draw.</summary>
internal static class LargeBatches
{
    public static float[] Train(DistributedJob job, int steps)
    {
        var (facts, options) = (new RowFacts(job.Fit.Training.Seed!.Value, job.Fit.HeldOutFraction, [], 0, CorruptShards.Stop), job.Fit.Training);
        VirtualRows[] shards = [.. VirtualShards.Of(job.Shards, job.Distribution.VirtualShards).Select((s, v) => VirtualRows.Open(new TaskMember(v, s), facts, new MemoryGrant(1 << 24), null, default))];
        var survey = new Survey(shards[0].FeatureCount, []);
        var role = new RowRole(facts.Seed, facts.HeldOutFraction);
        for (int v = 0; v < shards.Length; v++) shards[v].ForEach((hash, _) => role.Trains(hash), (row, _) => survey.Add(row, true));
        var plan = VaeFitPlan.Of(job.Fit, RawColumns.Of(job.Fit, null, shards[0].FeatureCount), survey.Moments.ToStatistics(), survey.Blocks, survey.Faults);
        using var shelved = new ShelvedEngine(HeaderJson.Write(EngineFacts.Of(plan, options)));
        ShardBatches[] batches = [.. shards.Select((s, v) => new ShardBatches(s, shelved, plan.Scaling, RandomStream.FromSeed(facts.Seed).Split(8).Split((ulong)v)))];
        var initial = VaeParameters.Initialize(plan.Architecture, RandomStream.FromSeed(facts.Seed).Split(4), options.InitialWeights);
        using var engine = ManagedEngine.Factory.Create(plan.Architecture, initial, new EngineSettings { MaximumBatchSize = options.BatchSize * shards.Length, Threads = 1 });
        for (int step = 0; step < steps; step++)
        {
            Minibatch[] parts = [.. batches.Select(b => b.Next(step))];
            float[] weights = [.. parts.SelectMany((p, v) => Enumerable.Repeat((float)shards[v].Training.Count / p.Count, p.Count))];
            var batch = new Minibatch((float[])[.. parts.SelectMany(p => p.Features.ToArray())], (float[])[.. parts.SelectMany(p => p.Noise.ToArray())], weights, weights.Length);
            engine.Step(batch, new StepSettings(RateSchedule.Rate(options, null, step), options.KlWeightAt(step), options.MaximumGradientNorm));
        }
        foreach (var shard in shards) shard.Dispose();
        return engine.Save().Parameters;
    }

    public static List<float[]> Rows(IEnumerable<Shard> shards)
    {
        var rows = new List<float[]>();
        foreach (var shard in shards) ShardReading.Run(shard, ShardReading.Open(shard, 0), row => rows.Add(row.ToArray()), default);
        return rows;
    }
}
