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

        List<double> Member(TaskMember member)
        {
            var rows = worker.Open(member, task.Rows, cancellation);
            var engine = worker.Engines.Take(order.Engine);
            try
            {
                float[] parameters = task.Order.Floats[2];
                engine.Engine.Load(new EngineState(parameters, new float[parameters.Length], new float[parameters.Length], 0));
                return new Losses(rows, engine, scaling, task.Rows, member.Index, order.KeysBelow, cancellation).Compute();
            }
            finally
            {
                worker.Engines.Return(engine);
            }
        }
    }

    private sealed class Losses(VirtualRows rows, ShelvedEngine engine, FeatureScaling scaling, RowFacts facts, int index, double keysBelow, CancellationToken cancellation)
    {
        private readonly RandomStream _random = RandomStream.FromSeed(facts.Seed).Split(3).Split((ulong)index);
        private readonly RowRole _role = new(facts.Seed, facts.HeldOutFraction);
        private readonly float[] _features = new float[engine.Options.BatchSize * rows.FeatureCount];
        private readonly List<double> _losses = [];
        private float[] _observed = [];
        private int _count;
        private ulong _noises;

        public List<double> Compute()
        {
            rows.ForEach(_role.Chooses, (row, place) =>
            {
                if (_role.Key(RowSampleKind.Choosing, index, place) >= keysBelow) return;
                row.CopyTo(_features.AsSpan(_count++ * rows.FeatureCount));
                if (_count == engine.Options.BatchSize) Judge();
            });
            if (_count > 0) Judge();
            return _losses;
        }

        private void Judge()
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = ShardBatches.Scaled(_features, _count, engine, scaling, rows.FeatureCount, ref _observed);
            var (noise, losses) = (new float[_count * engine.Architecture.LatentDimension * engine.Options.Bound.Draws], new double[_count]);
            for (int draw = 0; draw < engine.Options.ValidationDraws; draw++)
            {
                _random.Split(_noises++).Normals(noise);
                engine.Engine.RowLosses(batch with { Noise = noise }, engine.Options.KlWeight, losses);
                _losses.AddRange(losses);
            }
            _count = 0;
        }
    }
}
