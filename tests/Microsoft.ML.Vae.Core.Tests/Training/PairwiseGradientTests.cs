using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>Central differences of VAEs in which every two kinds of parts meet: networks, activations, likelihoods, priors, bounds, posteriors, missing values, weights of rows.
/// The managed engine follows.</summary>
public class PairwiseGradientTests
{
    private const int Latents = 2;

    private const double KlWeight = 0.7;

    // Single precision on both sides, in other orders; relative to the largest slope.
    private const double BetweenEngines = 1e-5;

    private static readonly string[] LikelihoodNames = [.. Parts.Likelihoods.Keys, .. Parts.Blockwise], BoundNames = [.. Parts.Bounds.Keys], PriorNames = [.. Parts.Priors.Keys, "own"];

    // Encoder and decoder for an activation; both end in as many values as there are features.
    private static readonly Dictionary<string, Func<Activation, (Network Encoder, Network Decoder)>> Networks = new()
    {
        ["dense"] = f => (Network.Mlp(5, [4], f), Network.Mlp(Latents, [3], f).Then(new Dense(5))),
        ["no hidden layer"] = _ => (Network.Of(Shape.Vector(4)), Network.Of(Shape.Vector(Latents)).Then(new Dense(4))),
        ["even image"] = f => (
            Network.Of(Shape.Image(4, 6)).Then(new Convolution(2, 3, 2), f),
            Network.Of(Shape.Vector(Latents)).Then(new Dense(12), f).Then(new Reshape(Shape.Image(2, 3, 2))).Then(new TransposedConvolution(1, 3, 2))),
        ["odd image"] = f => (
            Network.Of(Shape.Image(5, 3, 2)).Then(new Convolution(2, 5, 2), f).Then(new Dense(4)),
            Network.Of(Shape.Vector(Latents)).Then(new Dense(15), f).Then(new Reshape(Shape.Image(5, 3))).Then(new Convolution(2, 3), f).Then(new TransposedConvolution(2, 3, 1))),
        ["thirds"] = f => (
            Network.Of(Shape.Image(3, 6)).Then(new Convolution(3, 1), f).Then(new Convolution(2, 5, 3)),
            Network.Of(Shape.Vector(Latents)).Then(new Dense(4), f).Then(new Reshape(Shape.Image(1, 2, 2))).Then(new TransposedConvolution(1, 5, 3))),
        ["shares"] = f => (
            Network.Of(Shape.Vector(6)).Then(new Softmax(2, 4)).Then(new Dense(5), f),
            Network.Of(Shape.Vector(Latents)).Then(new Dense(6)).Then(new Softmax(1, 5)).Then(new Elementwise(f)).Then(new Dense(6))),
        ["own layer"] = f => (
            Network.Of(Shape.Vector(5)).Then(new DivisiveNormalization(4)).Then(new Dense(4), f),
            Network.Of(Shape.Vector(Latents)).Then(new Dense(5), f).Then(new DivisiveNormalization(3)).Then(new Dense(5))),
    };

    public static TheoryData<string, Activation, string, string, string, PosteriorForm, bool, bool> Cases()
    {
        var cases = new TheoryData<string, Activation, string, string, string, PosteriorForm, bool, bool>();
        string[] networks = [.. Networks.Keys];
        foreach (int[] row in Pairwise.Rows(LikelihoodNames.Length, Enum.GetValues<Activation>().Length, networks.Length, BoundNames.Length, PriorNames.Length, 2, 2, 2))
            cases.Add(networks[row[2]], (Activation)row[1], LikelihoodNames[row[0]], PriorNames[row[4]], BoundNames[row[3]], (PosteriorForm)row[5], row[6] == 1, row[7] == 1);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_two_parts_fit_each_other(string network, Activation activation, string likelihood, string prior, string bound, PosteriorForm posterior, bool isMissing, bool isWeighted)
    {
        var (encoder, decoder) = Networks[network](activation);
        var architecture = new VaeArchitecture
        {
            Encoder = encoder,
            Decoder = decoder,
            Posterior = posterior,
            Likelihood = Parts.Likelihood(likelihood, encoder.Input.Length),
            Prior = prior == "own" ? new SecantPrior() : Parts.Priors[prior],
        };
        var parameters = TestModels.Parameters(architecture, 43, scale: 0.4f);
        var batch = TestModels.Batch(architecture, 2, 41, isWeighted, Parts.Bounds[bound].Draws);
        if (isMissing) batch = batch with { Observed = Enumerable.Range(0, batch.Features.Length).Select(i => i % 3 == 1 ? 0f : 1).ToArray() };
        float[] plain = GradientCheck.Run(architecture, parameters, Parts.Bounds[bound], batch, KlWeight, every: encoder.Input.IsVector ? 1 : 3);
        float[] managed = Managed(architecture, parameters, Parts.Bounds[bound], batch, threads: 1);
        double largest = plain.Max(Math.Abs);
        for (int i = 0; i < plain.Length; i++) Assert.Equal(plain[i], managed[i], BetweenEngines * largest);
        Assert.Equal(managed, Managed(architecture, parameters, Parts.Bounds[bound], batch, threads: 2));
    }

    [Fact]
    public void Every_two_values_meet_in_the_table()
    {
        int[] levels = [4, 3, 2, 5];
        int[][] rows = [.. Pairwise.Rows(levels)];
        for (int f = 0; f < levels.Length; f++)
            for (int g = f + 1; g < levels.Length; g++) Assert.Equal(levels[f] * levels[g], rows.Select(r => (r[f], r[g])).Distinct().Count());
        Assert.InRange(rows.Length, 20, 30);
    }

    private static float[] Managed(VaeArchitecture architecture, VaeParameters parameters, Bound bound, Minibatch batch, int threads)
    {
        var gradient = new float[parameters.Values.Length];
        using var engine = ManagedEngine.Factory.Create(architecture, parameters, new EngineSettings { MaximumBatchSize = batch.Count, Bound = bound, Threads = threads });
        engine.Gradient(batch, KlWeight, gradient);
        return gradient;
    }
}
