using Microsoft.ML.Vae.Tool;

namespace AutoTune.Tests;

/// <summary>Rows near a plane: x₂ and x₃ follow from x₀ and x₁ up to a small noise.</summary>
public sealed class DensityObjectiveTests
{
    private const int Rows = 1200, Steps = 400;
    private const float Noise = 0.1f;

    private static readonly VaeSearchOptions Plain = new() { LatentDimension = 2, Width = 32, Layers = 1, LearningRate = 1e-2 };

    private readonly MLContext _ml = new(1);

    [Fact]
    public void The_density_comes_close_to_the_truth_and_stays_below()
    {
        // x₀, x₁ ~ N(0, 1); x₂ = x₀ + x₁ + .1 ε, x₃ = x₀ − x₁ + .1 ε: the entropy is that of four independent normals.
        double entropy = (4 * 0.5 * Math.Log(2 * Math.PI * Math.E)) + (2 * Math.Log(Noise));
        double density = Objective().Evaluate(Plain with { Width = 64, LearningRate = 5e-3 }, 2500, default).LogDensity;
        // The bound's gap, training on 960 rows by weights that start curved (.3 nats on a plane, which Glorot's would begin as), and the scatter of 240 held-out rows
        // (standard deviation √(4/2/240) = .09). The same model by 32, 64, 256 draws: −2.16, −2.18, −2.20, 1.1 nats below the truth.
        Assert.InRange(density, -entropy - 1.2, -entropy + 0.3);
    }

    [Fact]
    public void Too_few_latents_cost_density() =>
        Assert.True(Objective().Evaluate(Plain with { LatentDimension = 1 }, Steps, default).LogDensity < Objective().Evaluate(Plain, Steps, default).LogDensity - 0.5);

    [Fact]
    public void The_density_does_not_flatter_a_small_beta()
    {
        // β = .01 trains a model whose loss is far lower; the density, which weighs the KL by 1, is not.
        var small = Objective().Evaluate(Plain with { KlWeight = 0.01 }, Steps, default);
        Assert.True(small.LogDensity < Objective().Evaluate(Plain, Steps, default).LogDensity);
    }

    [Fact]
    public void A_unit_of_measurement_shifts_the_density_by_its_logarithm()
    {
        double metres = Objective(unit: 1).Evaluate(Plain, Steps, default).LogDensity, other = Objective(unit: 1024).Evaluate(Plain, Steps, default).LogDensity;
        Assert.Equal(metres - (4 * Math.Log(1024)), other, 1e-3);
    }

    [Fact]
    public void The_same_seed_gives_the_same_outcome() => Assert.Equal(Objective().Evaluate(Plain, 50, default), Objective().Evaluate(Plain, 50, default));

    [Fact]
    public void A_model_without_active_latents_has_isometry_error_one()
    {
        var collapsed = Objective().Evaluate(Plain with { KlWeight = 1000 }, Steps, default);
        Assert.Equal(1, collapsed.IsometryError);
        Assert.InRange(Objective().Evaluate(Plain, Steps, default).IsometryError, 0, 0.9);
    }

    [Fact]
    public void Cancellation_stops_a_training()
    {
        using var stop = new CancellationTokenSource();
        // After the first evaluation, whenever that is.
        _ml.Log += (_, line) =>
        {
            if (line.RawMessage.StartsWith("Step ", StringComparison.Ordinal)) stop.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Objective().Evaluate(Plain, int.MaxValue, stop.Token));
    }

    [Fact]
    public void Rows_with_gaps_are_trained_on_and_not_measured()
    {
        Point[] gappy = [.. Points(1).Select((p, i) => i % 3 == 0 ? new Point { Features = [p.Features[0], float.NaN, .. p.Features[2..]] } : p)];
        var outcome = Objective(gappy).Evaluate(Plain, 50, default);
        Assert.InRange(outcome.LogDensity, -20, 20);
        var refused = Assert.Throws<InvalidOperationException>(() => Objective([.. gappy.Where(p => p.Features.Any(float.IsNaN))]));
        Assert.Contains("No held-out row is complete", refused.Message, StringComparison.Ordinal);
    }

    private DensityObjective Objective(float unit = 1) => Objective(Points(unit));

    private DensityObjective Objective(Point[] points)
    {
        var split = _ml.Data.TrainTestSplit(_ml.Data.LoadFromEnumerable(points), 0.2, seed: 1);
        return new DensityObjective(_ml, _ml.Data.Cache(split.TrainSet), split.TestSet.GetColumn<float[]>("Features"), seed: 1);
    }

    private static Point[] Points(float unit) => [.. Enumerable.Range(0, Rows).Select(i => Row(i, unit))];

    private static Point Row(int i, float unit)
    {
        var e = new float[4];
        RandomStream.FromSeed(2).Split((ulong)i).Normals(e);
        float[] x = [e[0], e[1], e[0] + e[1] + (Noise * e[2]), e[0] - e[1] + (Noise * e[3])];
        return new Point { Features = Array.ConvertAll(x, v => unit * v) };
    }

    internal sealed class Point
    {
        [VectorType(4)] public float[] Features { get; set; } = [];
    }
}
