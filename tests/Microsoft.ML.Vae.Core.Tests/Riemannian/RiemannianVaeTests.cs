using Microsoft.ML.Vae.Core.Tests.Support;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core.Tests.Riemannian;

/// <summary>Training, gradients, files and geometry of a Riemannian VAE on rows along an arc.</summary>
public class RiemannianVaeTests
{
    private const int Features = 6, Latents = 2, Rows = 400;

    private static readonly RiemannianOptions Small = new() { Centres = 12, Decay = 0.5, PrecisionSteps = 150, BoundSteps = 6, BatchSize = 40, CurvePoints = 8, Seed = 3 };

    private static readonly Lazy<VaeModel> Warm = new(() => TrainMean());

    private static readonly Lazy<RiemannianVae> Trained = new(() => new RiemannianVaeTrainer(Small).Train(Warm.Value, new MatrixRows(Arc(), Features)));

    [Theory]
    [InlineData(SquaredDistance.SquaredLength, DivergenceSign.Unbiased)]
    [InlineData(SquaredDistance.Energy, DivergenceSign.Absolute)]
    public void Gradient_of_the_bound_is_that_of_central_differences(SquaredDistance distance, DivergenceSign sign)
    {
        // Single-precision decoded means do not move; a difference of 1e-5 in double leaves 1e-9. Straight curves: those moved are at no minimum yet, so that their own coefficients would count.
        const double Step = 1e-5, Tolerance = 1e-6;
        var options = Small with { CurveSteps = 0, Readings = new(distance, DistanceGradient.Exact, sign) };
        const int K = 5, Count = 10, Length = (Features * K) + (K * Latents) + Latents + 1;
        double[] parameters = [.. TestModels.Normals(Length, 5).Select(v => (double)v)], gradient = new double[Length];
        float[] rows = Arc()[..(Count * Features)], noise = TestModels.Normals(Count * Latents, 8);
        var precision = new RbfPrecision(Features, Latents, 0.5, options.Floor, parameters.AsMemory(0, Features * K), parameters.AsMemory(Features * K, K * Latents));
        using var batch = new RiemannianBatch(Warm.Value, precision, options, Count);
        batch.Load(rows, noise, Count);
        Loss(gradient);
        double scale = 1 + gradient.Max(Math.Abs);
        for (int i = 0; i < Length; i++)
        {
            double at = parameters[i];
            parameters[i] = at + Step;
            double above = Loss([]);
            parameters[i] = at - Step;
            double below = Loss([]);
            parameters[i] = at;
            Assert.Equal((above - below) / (2 * Step), gradient[i], Tolerance * scale);
        }

        double Loss(double[] target)
        {
            precision.Pack();
            batch.Measure(rows, Count, parameters.AsMemory(Length - Latents - 1, Latents), Math.Exp(parameters[^1]), target);
            return Enumerable.Range(0, Count).Average(r => RiemannianScorer.LossOf(batch.NegativeLogLikelihood[r], batch.Divergence[r], sign));
        }
    }

    [Fact]
    public void Energy_of_a_bent_curve_has_the_gradient_of_central_differences()
    {
        const double Step = 1e-5, Tolerance = 1e-7;
        var basis = new SplineBasis(9);
        var precision = RbfPrecision.Of(Trained.Value.Deviation);
        var curve = new NoisyCurve(Warm.Value.CreateDecoderImmersion(), precision, basis, Small);
        double[] start = [0.4, -0.3], end = [-0.7, 0.5], coefficients = [.. TestModels.Normals(basis.Count * Latents, 2).Select(v => 0.1 * v)];
        curve.EnergyAt(start, end, coefficients);
        double[] gradient = curve.ByCoefficients().ToArray();
        for (int i = 0; i < coefficients.Length; i++)
        {
            double at = coefficients[i];
            coefficients[i] = at + Step;
            double above = curve.EnergyAt(start, end, coefficients);
            coefficients[i] = at - Step;
            double below = curve.EnergyAt(start, end, coefficients);
            coefficients[i] = at;
            Assert.Equal((above - below) / (2 * Step), gradient[i], Tolerance * (1 + gradient.Max(Math.Abs)));
        }
    }

    [Fact]
    public void Splines_of_the_basis_vanish_at_both_ends_and_bend_continuously()
    {
        const int Points = 4001;
        const double Rounding = 1e-9;
        var basis = new SplineBasis(Points);
        Assert.Equal(5, basis.Count);
        for (int m = 0; m < basis.Count; m++)
        {
            Assert.Equal(0, basis[0, m], Rounding);
            Assert.Equal(0, basis[Points - 1, m], Rounding);
            double h = 1.0 / (Points - 1), largest = 0;
            double Bend(int j) => (basis[j + 1, m] - (2 * basis[j, m]) + basis[j - 1, m]) / (h * h);
            for (int j = 2; j < Points - 1; j++) largest = Math.Max(largest, Math.Abs(Bend(j) - Bend(j - 1)));
            // A jump of the second derivative would be of its own size; a third derivative moves it by h times itself.
            Assert.True(largest < 0.1, $"spline {m} jumps by {largest}");
        }
    }

    [Fact]
    public void Training_lowers_the_bound_and_a_second_run_has_the_same_bits()
    {
        var history = Trained.Value.History;
        Assert.True(history.Last(h => h.Kl == 0).TrainingLoss < history[0].TrainingLoss);
        var again = new RiemannianVaeTrainer(Small).Train(Warm.Value, new MatrixRows(Arc(), Features));
        Assert.Equal(Trained.Value.Deviation.Weights.ToArray(), again.Deviation.Weights.ToArray());
        Assert.Equal(Trained.Value.PriorTime, again.PriorTime);
    }

    [Fact]
    public void Deviation_is_small_on_the_codes_and_large_far_away()
    {
        double[] code = [.. PosteriorTable.Of(Warm.Value, new MatrixRows(Arc(), Features)).Mean.Take(Latents).Select(v => (double)v)], near = new double[Features], far = new double[Features];
        Trained.Value.Deviation.Evaluate(code, near);
        Trained.Value.Deviation.Evaluate([1000, 1000], far);
        Assert.True(near.Max() < 1);
        Assert.True(far.Min() > 1e3);
    }

    [Fact]
    public void A_saved_model_scores_the_same_bits()
    {
        using var stream = new MemoryStream();
        RiemannianVaeFile.Save(Trained.Value, stream);
        stream.Position = 0;
        var loaded = RiemannianVaeFile.Load(stream);
        using RiemannianScorer before = new(Trained.Value), after = new(loaded);
        float[] rows = Arc()[..(70 * Features)];
        Assert.Equal(before.Score(rows), after.Score(rows));
        Assert.Equal(Trained.Value.Options, loaded.Options);
    }

    [Fact]
    public void Rows_score_alone_as_they_do_among_others()
    {
        using var scorer = new RiemannianScorer(Trained.Value);
        float[] rows = Arc()[..(70 * Features)];
        Assert.Equal(scorer.Score(rows)[66], scorer.Score(rows.AsSpan(66 * Features, Features))[0]);
    }

    [Fact]
    public void Geometry_has_geodesics_a_prior_and_its_samples()
    {
        double[] codes = [.. PosteriorTable.Of(Warm.Value, new MatrixRows(Arc(), Features)).Mean.Select(v => (double)v)];
        var geometry = Trained.Value.CreateGeometry(codes);
        var geodesic = geometry.Solver.Connect(codes.AsSpan(0, Latents), codes.AsSpan(20 * Latents, Latents));
        Assert.True(geodesic.Converged, geodesic.Reason);
        Assert.True(geodesic.Length <= geodesic.StraightLength * (1 + 1e-9));
        Assert.True(double.IsFinite(geometry.CreatePrior().LogDensity(codes.AsSpan(0, Latents), out _)));
        Assert.Equal(GeodesicStatus.Converged, geometry.SamplePrior(1, new BrownianOptions { Steps = 50 }).Status);
    }

    [Fact]
    public void Geometry_of_a_few_codes_is_refused_with_their_number()
    {
        var refused = Assert.Throws<ArgumentException>(() => Trained.Value.CreateGeometry(new double[Latents]));
        Assert.Contains($"at least four codes of {Latents} coordinates, got {Latents} values", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diagonal_posterior_is_refused_where_the_bound_is_trained()
    {
        var diagonal = TestModels.Model(RiemannianVaeTrainer.Architecture(Features, Latents, [5]) with { Posterior = PosteriorForm.Diagonal });
        var refused = Assert.Throws<ArgumentException>(() => new RiemannianVaeTrainer(Small).Train(diagonal, new MatrixRows(Arc(), Features)));
        Assert.Contains("Isotropic", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(new RiemannianVaeTrainer(Small with { BoundSteps = 0, PrecisionSteps = 2 }).Train(diagonal, new MatrixRows(Arc(), Features)));
    }

    [Fact]
    public void A_missing_value_is_said_not_learned()
    {
        float[] rows = Arc();
        rows[7] = float.NaN;
        var refused = Assert.Throws<InvalidOperationException>(() => new RiemannianVaeTrainer(Small with { BoundSteps = 0 }).Train(Warm.Value, new MatrixRows(rows, Features)));
        Assert.Contains("missing values", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_value_is_said_also_where_the_encoder_would_bear_it()
    {
        var bearing = Warm.Value.WithMissing(new MissingValues(new float[Features], 2));
        float[] rows = Arc();
        rows[7] = float.NaN;
        // The only batch is another row.
        var refused = Assert.Throws<InvalidOperationException>(() => new RiemannianVaeTrainer(Small with { BoundSteps = 0, PrecisionSteps = 1, BatchSize = 1 }).Train(bearing, new MatrixRows(rows, Features)));
        Assert.Contains("'f1' is NaN", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_come_in_pairs() => Assert.Throws<ArgumentOutOfRangeException>(() => new RiemannianScorer(Trained.Value, 3));

    [Fact]
    public void Rows_of_other_features_are_refused_with_both_numbers()
    {
        var refused = Assert.Throws<ArgumentException>(() => new RiemannianVaeTrainer(Small).Train(Warm.Value, new MatrixRows(new float[14], 7)));
        Assert.Contains("6 features, got 7", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deviation_with_several_decays_is_refused()
    {
        var known = Trained.Value.Deviation;
        double[] decay = known.Decay.ToArray();
        decay[1] *= 2;
        var other = new RbfScale(known.Centres, decay, known.Weights, known.Floor);
        Assert.Throws<ArgumentException>(() => new RiemannianVae(Warm.Value, other, Trained.Value.PriorMean, 1, Small));
    }

    [Fact]
    public void Cancelling_stops_between_steps()
    {
        int asked = 0;
        var control = new TrainingControl { StopRequested = () => ++asked > 3 };
        Assert.Throws<OperationCanceledException>(() => new RiemannianVaeTrainer(Small).Train(Warm.Value, new MatrixRows(Arc(), Features), control));
    }

    private static VaeModel TrainMean()
    {
        var architecture = RiemannianVaeTrainer.Architecture(Features, Latents, [10], Activation.Sigmoid);
        var result = new Trainer(architecture, RiemannianVaeTrainer.FirstPhase with { Steps = 300, Seed = 1, LearningRate = 5e-3 }).Train(new MatrixRows(Arc(), Features));
        return new VaeModel(architecture, result.Parameters, RiemannianVaeTrainer.FirstPhase.KlWeight);
    }

    // Rows in [0, 1] along a half circle, with a little noise.
    private static float[] Arc()
    {
        float[] noise = TestModels.Normals(Rows * Features, 4), rows = new float[Rows * Features];
        for (int r = 0; r < Rows; r++)
            for (int i = 0; i < Features; i++) rows[(r * Features) + i] = (float)(0.5 + (0.3 * Math.Sin((Math.PI * r / Rows) + i)) + (0.02 * noise[(r * Features) + i]));
        return rows;
    }
}
