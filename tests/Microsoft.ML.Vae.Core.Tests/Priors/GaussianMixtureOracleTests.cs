using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Priors;

/// <summary>Mixtures against SciPy: near their components, far from all of them, with a component that hardly counts and a narrow one.</summary>
public class GaussianMixtureOracleTests
{
    private const int Latents = 3;

    // Doubles, and gradients that are stored in single precision.
    private const double Double = 1e-12, Single = 2e-7;

    private static readonly System.Text.Json.JsonElement Json = Oracle.Read("closed_forms").GetProperty("mixture");
    private static readonly GaussianMixture Mixture = new(Latents, Json.Singles("parameters"));

    [Fact]
    public void Log_density_agrees_and_is_the_sum_of_its_terms()
    {
        double[] expected = Json.Doubles("log_density"), terms = new double[Latents];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], Mixture.LogDensity(Point(i)), Double * (1 + Math.Abs(expected[i])));
            Mixture.LatentTerms(Point(i), terms);
            Assert.Equal(expected[i], terms.Sum(), Double * (1 + Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Gradient_agrees()
    {
        double[] expected = Json.Doubles("gradient");
        var gradient = new float[Latents];
        for (int i = 0; i < expected.Length; i++)
        {
            if (i % Latents == 0) Mixture.Gradient(Point(i / Latents), gradient);
            Assert.Equal(expected[i], gradient[i % Latents], Single * (1 + Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Variance_agrees() => Assert.All(Json.Doubles("variance").Index(), v => Assert.Equal(v.Item, Mixture.Variance(v.Index), Double * v.Item));

    private static float[] Point(int index) => Json.Singles("z")[(index * Latents)..((index + 1) * Latents)];
}
