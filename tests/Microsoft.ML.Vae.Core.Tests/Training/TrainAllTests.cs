using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>Trainings at once on the same rows: each as if it were alone.</summary>
public sealed class TrainAllTests
{
    private static readonly MatrixRows Rows = Toy.Rows(200, 1), Validation = Toy.Rows(50, 2);

    // Seeds of one shape, a wider network, another likelihood and rate.
    private static Trainer[] Members =>
    [
        .. Enumerable.Range(0, 4).Select(seed => new Trainer(Toy.Architecture(), Toy.Options with { Seed = seed })),
        new(TestModels.Architecture(Toy.Features, 3, GaussianLikelihood.LearnedVariance, encoder: [70, 40], decoder: [40, 70]), Toy.Options with { Steps = 30 }),
        new(Toy.Architecture(likelihood: StudentTLikelihood.Default), Toy.Options with { LearningRate = 3e-3 }),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public void Each_has_the_bits_that_it_has_alone(int threads)
    {
        var together = Trainer.TrainAll(Members, Rows, Validation, threads: threads);
        var alone = Members.Select(m => m.Train(Rows, Validation, new TrainingControl { Threads = 1 })).ToArray();
        Assert.Equal(alone.Length, together.Count);
        for (int k = 0; k < alone.Length; k++)
        {
            Assert.Equal(alone[k].Parameters.Values.ToArray(), together[k].Parameters.Values.ToArray());
            Assert.Equal((alone[k].Outcome, alone[k].BestStep, alone[k].BestValidationLoss), (together[k].Outcome, together[k].BestStep, together[k].BestValidationLoss));
        }
    }

    [Fact]
    public void Each_is_steered_by_its_own_control()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var results = Trainer.TrainAll(Members[..3], Rows, control: k => new TrainingControl { Cancellation = k == 1 ? stop.Token : default }, threads: 2);
        Assert.Equal([TrainingOutcome.Completed, TrainingOutcome.Cancelled, TrainingOutcome.Completed], results.Select(r => r.Outcome));
    }

    [Fact]
    public void What_one_refuses_is_thrown_and_nobody_else_begins()
    {
        int begun = 0;
        Trainer[] members = [new(TestModels.Architecture(3, 2, GaussianLikelihood.LearnedVariance), Toy.Options), .. Members];
        var e = Assert.Throws<ArgumentException>(() => Trainer.TrainAll(members, Rows, control: _ => (begun++, new TrainingControl()).Item2, threads: 1));
        Assert.Contains("3 features", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, begun);
    }

    [Fact]
    public void Streams_are_refused() =>
        Assert.Contains("in memory", Assert.Throws<ArgumentException>(() => Trainer.TrainAll(Members, new Streamed(Rows))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nobody_gives_nothing() => Assert.Empty(Trainer.TrainAll([], Rows));

    private sealed class Streamed(IRowSource inner) : IRowSource
    {
        public int FeatureCount => inner.FeatureCount;

        public long? Count => inner.Count;

        public IRowReader Read(RandomStream? order) => inner.Read(order);
    }
}
