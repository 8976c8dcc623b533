using System.Text.Json;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>Our engines against the same VAEs in PyTorch, double precision: terms, every gradient, weights after Adam steps. Every kind of layer, likelihood, prior,
/// posterior and bound is among them.</summary>
public class PyTorchOracleTests
{
    // What a single-precision pass leaves against double, relative to the largest value of the terms and of the gradient.
    private const double Terms = 2e-6, Gradients = 1e-5;

    // Adam divides by √v: where a gradient is near zero its relative error passes into the step, so compared to the distance a weight may travel.
    private const double Steps = 1e-3;

    // Of the largest gradient: below it PyTorch's own is rounding (of a bias before a softmax), which Adam enlarges to a whole step.
    private const double Rounding = 1e-9;

    private static readonly JsonElement[] All = [.. Oracle.Read("training").GetProperty("cases").EnumerateArray()];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var engine in Engines.All)
            foreach (var json in All) cases.Add(engine.Name, json.GetProperty("name").GetString()!);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Terms_and_gradients_agree(string engineName, string name)
    {
        var oracle = new Case(name);
        using var engine = oracle.Engine(engineName);
        var gradient = new float[oracle.Layout.Length];
        var terms = engine.Gradient(oracle.Batch, oracle.KlWeight, gradient);
        double scale = Terms * (1 + Math.Abs(oracle.Json.Number("log_likelihood")) + Math.Abs(oracle.Json.Number("kl")));
        Assert.Equal(oracle.Json.Number("value"), terms.Value, scale);
        Assert.Equal(oracle.Json.Number("log_likelihood"), terms.LogLikelihood, scale);
        Assert.Equal(oracle.Json.Number("kl"), terms.Kl, scale);
        double tolerance = Gradients * (0.1 + oracle.LargestGradient);
        foreach (var block in oracle.Layout.Blocks)
            AssertNear(block, oracle.Values("gradients", block), gradient, _ => tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adam_steps_agree(string engineName, string name)
    {
        var oracle = new Case(name);
        using var engine = oracle.Engine(engineName);
        double[] losses = oracle.Json.Doubles("losses");
        double clip = oracle.Json.GetProperty("clip") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.PositiveInfinity;
        foreach (double expected in losses)
            Assert.Equal(expected, engine.Step(oracle.Batch, new StepSettings(oracle.Rate, oracle.KlWeight, clip)).Loss, 10 * Terms * Math.Max(1, Math.Abs(expected)));
        float[] trained = engine.Save().Parameters;
        double least = Rounding * oracle.LargestGradient;
        foreach (var block in oracle.Layout.Blocks)
        {
            double travel = oracle.Rate * losses.Length * (block.Name == "likelihood" ? oracle.Json.Number("likelihood_rate_factor") : 1);
            double[] slopes = oracle.Values("gradients", block);
            AssertNear(block, oracle.Values("trained", block), trained, i => Math.Abs(slopes[i]) > least ? Steps * travel : 2 * travel);
        }
    }

    private static void AssertNear(ParameterBlock block, double[] expected, float[] all, Func<int, double> tolerance)
    {
        Assert.Equal(block.Length, expected.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - all[block.Offset + i]) <= tolerance(i), $"{block.Name}[{i}]: PyTorch {expected[i]}, here {all[block.Offset + i]}, tolerance {tolerance(i):g3}");
    }

    private sealed class Case
    {
        public Case(string name)
        {
            Json = All.Single(json => json.GetProperty("name").GetString() == name);
            Architecture = OracleParts.Architecture(Json);
            Layout = new ParameterLayout(Architecture);
            Batch = new Minibatch(Json.Singles("x"), Json.Singles("noise"), Json.GetProperty("row_weights").GetBoolean() ? Json.Singles("weights") : default, Json.Integer("rows"))
            {
                Observed = Json.GetProperty("masked").GetBoolean() ? Json.Singles("observed") : default,
            };
        }

        public JsonElement Json { get; }

        public VaeArchitecture Architecture { get; }

        public ParameterLayout Layout { get; }

        public Minibatch Batch { get; }

        public double LargestGradient => Layout.Blocks.SelectMany(b => Values("gradients", b)).Max(Math.Abs);

        public double KlWeight => Json.Number("kl_weight");

        public double Rate => Json.Number("rate");

        public ITrainingEngine Engine(string name) => Engines.Named(name).Create(Architecture, new VaeParameters(Layout, [.. Layout.Blocks.SelectMany(b => Values("parameters", b)).Select(v => (float)v)]), new EngineSettings
        {
            MaximumBatchSize = Batch.Count,
            Bound = OracleParts.Bound(Json.GetProperty("bound")),
            LikelihoodRateFactor = Json.Number("likelihood_rate_factor"),
        });

        public double[] Values(string what, ParameterBlock block) => Json.GetProperty(what).Doubles(block.Name);
    }
}
