namespace Microsoft.ML.Vae.Core;

/// <summary>What rows are to be judged by.</summary>
/// <param name="Engine"><see cref="EngineFacts"/> as text.</param>
/// <param name="KeysBelow">Rows that choose count where their key is below.</param>
internal sealed record ValidationOrder(string Engine, double KeysBelow);

/// <summary>The losses of a draw of the rows that choose, each with the same noise whenever it is asked for, in the order of virtual shards and rows.</summary>
internal static class ValidationWork
{
    public const string Kind = "validation";

    public static Packet Order(ValidationOrder order, FeatureScaling scaling, float[] parameters) => new(Kind, HeaderJson.Write(order), [scaling.Offsets.ToArray(), scaling.Factors.ToArray(), parameters], []);

    public static double[] Read(ShardResult result) => result.Content.Doubles[0];

    public static ShardResult Run(ShardWorker worker, ShardTask task, CancellationToken cancellation)
    {
        var order = HeaderJson.Read<ValidationOrder>(task.Order.Header);
        var scaling = new FeatureScaling(task.Order.Floats[0], task.Order.Floats[1]);
        return new(new Packet(Kind, "", [], [[.. worker.ForEach(task, Member).SelectMany(l => l)]]));

        double[] Member(TaskMember member)
        {
            var rows = worker.Open(member, task.Rows, cancellation);
            var engine = worker.Engines.Take(order.Engine);
            try
            {
                float[] parameters = task.Order.Floats[2];
                engine.Engine.Load(new EngineState(parameters, new float[parameters.Length], new float[parameters.Length], 0));
                return Losses(rows.Choosing(order.KeysBelow), rows.FeatureCount, engine, scaling, RandomStream.FromSeed(task.Rows.Seed).Split(3).Split((ulong)member.Index));
            }
            finally
            {
                worker.Engines.Return(engine);
            }
        }
    }

    private static double[] Losses(float[] rows, int m, ShelvedEngine engine, FeatureScaling scaling, RandomStream random)
    {
        var (options, latents, losses) = (engine.Options, engine.Architecture.LatentDimension, new List<double>());
        float[] raw = new float[options.BatchSize * m], observed = [];
        ulong noises = 0;
        for (int first = 0, all = rows.Length / Math.Max(1, m); first < all; first += options.BatchSize)
        {
            int count = Math.Min(options.BatchSize, all - first);
            rows.AsSpan(first * m, count * m).CopyTo(raw);
            var batch = ShardBatches.Scaled(raw, count, engine, scaling, m, ref observed);
            var (noise, batchLosses) = (new float[count * latents * options.Bound.Draws], new double[count]);
            for (int draw = 0; draw < options.ValidationDraws; draw++)
            {
                random.Split(noises++).Normals(noise);
                engine.Engine.RowLosses(batch with { Noise = noise }, options.KlWeight, batchLosses);
                losses.AddRange(batchLosses);
            }
        }
        return [.. losses];
    }
}
