using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Bounds;

/// <summary>Bounds of a linear-Gaussian model, whose log p(x) and Rényi divergences are exact, on every engine.</summary>
/// <remarks>With the posterior's variances c times too wide, E w^{1−α} has a closed form: for each latent L_α − log p(x) = −(α log c + log(1 − α + α/c))/(2(1 − α)).</remarks>
public class BoundExpectationTests
{
    private const double Widening = 2;

    // Single precision, where residuals are divided by 2 s² = 2e-4; relative to a log p(x) of some ten nats.
    private const double Rounding = 2e-4;

    // Log-weights have a deviation of 1 nat here (log-likelihoods alone, beside a closed divergence, of 2): what their mean over so many draws keeps of it.
    // The gaps between the orders are ten times as wide.
    private const int Draws = 1 << 14;
    private const double MonteCarloError = 1.0 / 128, Deviations = 4;

    private static readonly LinearGaussian Exact = new();

    public static TheoryData<string> EngineNames => [.. Engines.All.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void With_the_exact_posterior_every_weight_is_log_p(string engine)
    {
        foreach (var bound in new[] { Bound.ImportanceWeighted(1), Bound.ImportanceWeighted(5), Bound.Renyi(0.5, 3), Bound.Renyi(-1, 3), Bound.Renyi(2, 3), Bound.Maximum(3) })
            for (int row = 0; row < Exact.LogMarginal.Length; row++)
                Assert.Equal(Exact.LogMarginal[row], Value(engine, Exact.Model(), bound, row, rows: 4, seed: row), Rounding);
    }

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void Many_draws_reach_the_exact_bound_of_each_order(string engine)
    {
        foreach (double order in new[] { -1, 0, 0.5, 1, 1.25 })
        {
            double gap = order == 1 ? 0.5 * (1 + Math.Log(Widening) - Widening) : -((order * Math.Log(Widening)) + Math.Log(1 - order + (order / Widening))) / (2 * (1 - order));
            double expected = Exact.LogMarginal[0] + (LinearGaussian.Latents * gap), found = Value(engine, Wide(), Bound.Renyi(order, Draws), row: 0, rows: 1, seed: 2);
            Assert.Equal(expected, found, Rounding + (Deviations * MonteCarloError * (order == 1 ? 2 : 1)));
        }
    }

    // The same draws in groups of K: Jensen's inequality orders the averages of every single group, so that no Monte Carlo error enters.
    [Theory]
    [MemberData(nameof(EngineNames))]
    public void A_bound_rises_with_its_draws_below_order_one_and_falls_above(string engine)
    {
        foreach (double order in new[] { double.NegativeInfinity, -1, 0, 0.5, 1.5 })
        {
            double[] values = [.. new[] { 1, 2, 4, 16 }.Select(k => Value(engine, Wide(), Bound.Renyi(order, k), row: 1, rows: 1024 / k, seed: 3))];
            foreach (var (fewer, more) in values.Zip(values[1..])) Assert.True(order < 1 ? more > fewer : more < fewer, $"order {order}: {string.Join(", ", values)}");
        }
        double one = Value(engine, Wide(), Bound.EvidenceOf(1), 1, 1024, 3), many = Value(engine, Wide(), Bound.EvidenceOf(16), 1, 64, 3);
        Assert.Equal(one, many, Rounding);
    }

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void A_bound_falls_as_its_order_grows(string engine)
    {
        // Order 1 stands apart: its divergence is in closed form, not of these draws.
        double[] values = [.. new[] { double.NegativeInfinity, -1, 0, 0.5, 0.9, 1.1, 2 }.Select(order => Value(engine, Wide(), Bound.Renyi(order, 8), row: 2, rows: 128, seed: 4))];
        foreach (var (lower, higher) in values.Zip(values[1..])) Assert.True(higher < lower, string.Join(", ", values));
        Assert.True(values[0] > Exact.LogMarginal[2], "The largest of eight weights lies above their expectation.");
    }

    // The closed divergence against the mean of its draws.
    [Theory]
    [MemberData(nameof(EngineNames))]
    public void One_draw_gives_the_evidence_bound_in_expectation_whatever_the_order(string engine)
    {
        double evidence = Value(engine, Wide(), Bound.Evidence, 3, Draws, seed: 5);
        foreach (var bound in new[] { Bound.ImportanceWeighted(1), Bound.Renyi(0.5, 1), Bound.Maximum(1) })
            Assert.Equal(evidence, Value(engine, Wide(), bound, 3, Draws, seed: 5), Rounding + (2 * Deviations * MonteCarloError));
    }

    // Where the divergence has no closed form, one draw is the evidence bound itself: terms and gradient.
    [Theory]
    [MemberData(nameof(EngineNames))]
    public void One_draw_is_the_evidence_bound_where_both_are_estimated(string engine)
    {
        const double Tolerance = 1e-6;
        var architecture = TestModels.Architecture(5, 3, StudentTLikelihood.Default) with { Prior = new MixturePrior(2) };
        var batch = TestModels.Batch(architecture, 6, 7, weighted: true);
        var (expected, slopes) = Gradient(Bound.Evidence);
        foreach (var bound in new[] { Bound.ImportanceWeighted(1), Bound.Renyi(0.5, 1), Bound.Renyi(3, 1), Bound.Maximum(1) })
        {
            var (terms, gradient) = Gradient(bound);
            Assert.Equal(expected.Value, terms.Value, Tolerance * Math.Abs(expected.Value));
            double largest = slopes.Max(Math.Abs);
            for (int i = 0; i < slopes.Length; i++) Assert.Equal(slopes[i], gradient[i], Tolerance * largest);
        }

        (BoundTerms Terms, float[] Gradient) Gradient(Bound bound)
        {
            using var created = Engines.Named(engine).Create(architecture, TestModels.Parameters(architecture, 8), new EngineSettings { MaximumBatchSize = batch.Count, Bound = bound });
            var gradient = new float[new ParameterLayout(architecture).Length];
            return (created.Gradient(batch, 0.7, gradient), gradient);
        }
    }

    private static VaeModel Wide() => Exact.Model(widening: Widening);

    // The average bound of one row that stands so many times in a batch.
    private static double Value(string engine, VaeModel model, Bound bound, int row, int rows, int seed)
    {
        using var created = Engines.Named(engine).Create(model.Architecture, model.Parameters, new EngineSettings { MaximumBatchSize = rows, Bound = bound });
        float[] x = Exact.Rows[(row * LinearGaussian.Features)..((row + 1) * LinearGaussian.Features)];
        float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => x)];
        return created.Evaluate(new Minibatch(features, TestModels.Normals(rows * bound.Draws * LinearGaussian.Latents, seed), default, rows), 1).Value;
    }
}
