using System.Text.Json;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>Our engines against the same VAE in PyTorch, double precision: terms, every gradient, weights after Adam steps.</summary>
public class PyTorchOracleTests
{
    // What a single-precision pass leaves against double, relative to the largest value of the block.
    private const double Terms = 2e-6, Gradients = 1e-5;

    // Adam divides by √v: where a gradient is near zero its relative error passes into the step, so compared to the distance a weight may travel.
    private const double Steps = 1e-3;

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var engine in Engines.All)
            for (int i = 0; i < Oracle.Read("training").GetProperty("cases").GetArrayLength(); i++) cases.Add(engine.Name, i);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Terms_and_gradients_agree(string engineName, int index)
    {
        var oracle = new Case(index);
        using var engine = oracle.Engine(engineName);
        var gradient = new float[oracle.Layout.Length];
        var terms = engine.Gradient(oracle.Batch, oracle.KlWeight, gradient);
        Assert.Equal(oracle.Json.Number("log_likelihood"), terms.LogLikelihood, Terms * Math.Max(1, Math.Abs(oracle.Json.Number("log_likelihood"))));
        Assert.Equal(oracle.Json.Number("kl"), terms.Kl, Terms * Math.Max(1, oracle.Json.Number("kl")));
        double[] all = [.. oracle.Layout.Blocks.SelectMany(b => oracle.Values("gradients", b))];
        for (int i = 0; i < all.Length; i++) Assert.Equal(all[i], gradient[i], Gradients * (0.1 + all.Max(Math.Abs)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adam_steps_agree(string engineName, int index)
    {
        var oracle = new Case(index);
        using var engine = oracle.Engine(engineName);
        double[] losses = oracle.Json.Doubles("losses");
        double clip = oracle.Json.GetProperty("clip") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.PositiveInfinity;
        foreach (double expected in losses)
            Assert.Equal(expected, engine.Step(oracle.Batch, new StepSettings(oracle.Rate, oracle.KlWeight, clip)).Loss, 10 * Terms * Math.Max(1, Math.Abs(expected)));
        float[] trained = engine.Save().Parameters;
        foreach (var block in oracle.Layout.Blocks)
        {
            double travel = oracle.Rate * losses.Length * (block.Name == "likelihood" ? oracle.Json.Number("likelihood_rate_factor") : 1);
            double[] expected = oracle.Values("trained", block);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - trained[block.Offset + i]) <= Steps * travel, $"{block.Name}[{i}]: PyTorch {expected[i]}, here {trained[block.Offset + i]}");
        }
    }

    private sealed class Case
    {
        public Case(int index)
        {
            Json = Oracle.Read("training").GetProperty("cases")[index];
            int rows = Json.Integer("rows");
            Architecture = TestModels.Architecture(
                Json.Integer("features"), Json.Integer("latents"), Likelihood(), Enum.Parse<Activation>(Json.GetProperty("activation").GetString()!), Widths("encoder"), Widths("decoder"));
            Layout = new ParameterLayout(Architecture);
            Batch = new Minibatch(Json.Singles("x"), Json.Singles("noise"), Json.GetProperty("row_weights").GetBoolean() ? Json.Singles("weights") : default, rows);
        }

        public JsonElement Json { get; }

        public VaeArchitecture Architecture { get; }

        public ParameterLayout Layout { get; }

        public Minibatch Batch { get; }

        public double KlWeight => Json.Number("kl_weight");

        public double Rate => Json.Number("rate");

        public ITrainingEngine Engine(string name) => Engines.Named(name).Create(Architecture, new VaeParameters(Layout, [.. Layout.Blocks.SelectMany(b => Values("parameters", b)).Select(v => (float)v)]), new EngineSettings
        {
            MaximumBatchSize = Batch.Count,
            Bound = Json.GetProperty("form").GetString() == "Split" ? Bound.Split : Bound.Evidence,
            LikelihoodRateFactor = Json.Number("likelihood_rate_factor"),
        });

        public double[] Values(string what, ParameterBlock block) => block.Length == 0 ? [] : Json.GetProperty(what).Doubles(block.Name);

        private int[] Widths(string stack) => [.. Json.GetProperty(stack).EnumerateArray().Select(w => w.GetInt32())];

        private Likelihood Likelihood() => Json.GetProperty("likelihood").GetString() switch
        {
            "gaussian" => GaussianLikelihood.WithVariance(Json.Number("variance")),
            "learned" => GaussianLikelihood.LearnedVariance,
            "bernoulli" => BernoulliLikelihood.Instance,
            "weighted" => new SquaredErrorLikelihood(new MetricWeight(Json.Number("offset"), Json.Number("slope"), Json.GetProperty("reciprocal").GetBoolean())),
            _ => SquaredErrorLikelihood.Unweighted,
        };
    }
}
