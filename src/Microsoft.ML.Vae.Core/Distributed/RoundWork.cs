using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>A round's orders.</summary>
/// <param name="Engine"><see cref="EngineFacts"/> as text.</param>
/// <param name="Start">Steps done before.</param>
/// <param name="Steps">Steps to do; 0: the gradient of the batch at <paramref name="Start"/>.</param>
/// <param name="Decay">Where the rate falls; null: nowhere yet.</param>
/// <param name="EngineSteps">Steps that the moments have seen.</param>
internal sealed record RoundOrder(string Engine, long Start, int Steps, long EngineSteps, Decay? Decay = null);

/// <summary>Local steps, or one gradient, of each virtual shard from the same state; returns the sum over them, each with its rows as weight.</summary>
internal static class RoundWork
{
    public const string Kind = "round";

    /// <summary>Behind the parameters stand the sums of loss and KL over the steps.</summary>
    public const int Losses = 2;

    public static Packet Order(RoundOrder order, FeatureScaling scaling, EngineState state) => new(
        Kind, HeaderJson.Write(order), [scaling.Offsets.ToArray(), scaling.Factors.ToArray(), state.Parameters, .. order.Steps == 0 ? Array.Empty<float[]>() : [state.FirstMoment, state.SecondMoment]], []);

    /// <summary>The sum of a result: parameters and both moments, or a gradient, then losses; null where no row trains.</summary>
    public static WeightedSum? Read(ShardResult result) => result.Content.Doubles.Count == 0 ? null : new(result.Content.Doubles[0][0], result.Content.Doubles[1]);

    public static ShardResult Run(ShardWorker worker, ShardTask task, CancellationToken cancellation)
    {
        var order = HeaderJson.Read<RoundOrder>(task.Order.Header);
        var scaling = new FeatureScaling(task.Order.Floats[0], task.Order.Floats[1]);
        long worked = 0;
        var sum = PairwiseSum.Of(worker.ForEach(task, Member));
        return new(new Packet(Kind, "", [], sum is null ? [] : [[sum.Weight], sum.Values])) { Rows = worked };

        WeightedSum? Member(TaskMember member)
        {
            var rows = worker.Open(member, task.Rows, cancellation);
            if (rows.Training.Count == 0) return null;
            var engine = worker.Engines.Take(order.Engine);
            try
            {
                var batches = new ShardBatches(rows, engine, scaling, RandomStream.FromSeed(task.Rows.Seed).Split(8).Split((ulong)member.Index));
                double[] values = order.Steps == 0 ? Gradient(engine, order, batches, task.Order.Floats[2]) : Steps(engine, order, batches, task.Order.Floats, cancellation);
                TensorPrimitives.Multiply(values, rows.Training.Count, values);
                Interlocked.Add(ref worked, batches.Rows);
                return new WeightedSum(rows.Training.Count, values);
            }
            finally
            {
                worker.Engines.Return(engine);
            }
        }
    }

    private static double[] Gradient(ShelvedEngine engine, RoundOrder order, ShardBatches batches, float[] parameters)
    {
        engine.Engine.Load(new EngineState(parameters, new float[parameters.Length], new float[parameters.Length], 0));
        var gradient = new float[parameters.Length];
        var terms = engine.Engine.Gradient(batches.Next(order.Start), engine.Options.KlWeightAt(order.Start), gradient);
        return Joined([gradient], terms.Loss, terms.Kl);
    }

    private static double[] Steps(ShelvedEngine engine, RoundOrder order, ShardBatches batches, IReadOnlyList<float[]> buffers, CancellationToken cancellation)
    {
        engine.Engine.Load(new EngineState(buffers[2], buffers[3], buffers[4], order.EngineSteps));
        double loss = 0, kl = 0;
        for (long step = order.Start; step < order.Start + order.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var terms = engine.Engine.Step(
                batches.Next(step), new StepSettings(RateSchedule.Rate(engine.Options, order.Decay, step), engine.Options.KlWeightAt(step), engine.Options.MaximumGradientNorm));
            (loss, kl) = (loss + terms.Loss, kl + terms.Kl);
        }
        var state = engine.Engine.Save();
        return Joined([state.Parameters, state.FirstMoment, state.SecondMoment], loss, kl);
    }

    private static double[] Joined(float[][] parts, double loss, double kl)
    {
        int length = parts[0].Length;
        var values = new double[(parts.Length * length) + Losses];
        for (int p = 0; p < parts.Length; p++) TensorPrimitives.ConvertTruncating<float, double>(parts[p], values.AsSpan(p * length, length));
        (values[^2], values[^1]) = (loss, kl);
        return values;
    }
}
