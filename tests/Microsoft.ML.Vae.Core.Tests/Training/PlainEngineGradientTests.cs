using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>The backward pass against central differences of the loss re-stated in double precision: every layer, likelihood, prior and bound.</summary>
public class PlainEngineGradientTests
{
    private static readonly string[] LikelihoodNames = [.. Parts.Likelihoods.Keys, .. Parts.Blockwise];

    // (features, latents, encoder, decoder, rows): no two sizes equal, odd, one of everything, no hidden layer at all.
    private static readonly (int M, int N, int[] Encoder, int[] Decoder, int Rows)[] Shapes =
    [
        (5, 3, [7], [4], 6), (1, 1, [2], [3], 1), (3, 2, [], [], 5), (4, 6, [3, 5, 2], [], 3), (17, 1, [], [6, 3], 2),
    ];

    public static TheoryData<string, Activation, string, int> DenseCases()
    {
        var cases = new TheoryData<string, Activation, string, int>();
        int next = 0;
        foreach (string likelihood in LikelihoodNames)
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (string bound in new[] { "evidence", "split" }) cases.Add(likelihood, activation, bound, next++ % Shapes.Length);
        return cases;
    }

    public static TheoryData<string, string, string> PartCases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (string likelihood in (string[])[.. LikelihoodNames, "1-SSIM"])
            foreach (string prior in Parts.Priors.Keys)
                foreach (string bound in Parts.Bounds.Keys) cases.Add(likelihood, prior, bound);
        return cases;
    }

    [Theory]
    [MemberData(nameof(DenseCases))]
    public void Gradient_equals_central_differences(string likelihood, Activation activation, string bound, int shape)
    {
        var (m, n, encoder, decoder, rows) = Shapes[shape];
        var architecture = TestModels.Architecture(m, n, Parts.Likelihood(likelihood, m), activation, encoder, decoder);
        GradientCheck.Run(architecture, TestModels.Parameters(architecture, 11), Parts.Bounds[bound], TestModels.Batch(architecture, rows, 21), klWeight: 1);
    }

    [Theory]
    [MemberData(nameof(PartCases))]
    public void Every_likelihood_prior_and_bound_fit_each_other(string likelihood, string prior, string bound)
    {
        bool isImage = likelihood == "1-SSIM";
        var architecture = (isImage ? Parts.Convolutional(new SsimLikelihood(Shape.Image(Parts.ImageSide, Parts.ImageSide))) : TestModels.Architecture(5, 2, Parts.Likelihood(likelihood, 5))) with { Prior = Parts.Priors[prior] };
        var batch = TestModels.Batch(architecture, 2, 31, weighted: true, Parts.Bounds[bound].Draws);
        GradientCheck.Run(architecture, TestModels.Parameters(architecture, 17, scale: isImage ? 0.3f : 0.5f), Parts.Bounds[bound], batch, klWeight: 0.7, every: isImage ? 29 : 1);
    }

    [Theory]
    [InlineData("evidence")]
    [InlineData("split")]
    [InlineData("importance-weighted of 3")]
    public void Missing_values_take_no_part(string bound)
    {
        foreach (string name in LikelihoodNames)
        {
            var architecture = TestModels.Architecture(5, 3, Parts.Likelihood(name, 5));
            // The two categories of the first block are missing together.
            var batch = TestModels.Batch(architecture, 2, 22, weighted: true, Parts.Bounds[bound].Draws) with { Observed = new float[] { 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 } };
            GradientCheck.Run(architecture, TestModels.Parameters(architecture, 12), Parts.Bounds[bound], batch, klWeight: 0.3);
        }
    }

    [Theory]
    [InlineData("evidence", "standard normal")]
    [InlineData("split", "standard normal")]
    [InlineData("importance-weighted of 3", "mixture")]
    [InlineData("evidence of 3", "vamp")]
    public void One_variance_may_serve_all_latents(string bound, string prior)
    {
        var architecture = TestModels.Architecture(5, 3, GaussianLikelihood.LearnedVariance) with { Posterior = PosteriorForm.Isotropic, Prior = Parts.Priors[prior] };
        GradientCheck.Run(architecture, TestModels.Parameters(architecture, 18), Parts.Bounds[bound], TestModels.Batch(architecture, 4, 28, draws: Parts.Bounds[bound].Draws), klWeight: 1.2);
    }

    [Theory]
    [InlineData("evidence")]
    [InlineData("split")]
    public void Row_weights_and_KL_weight_enter_the_gradient(string bound)
    {
        foreach (var likelihood in Parts.Likelihoods.Values)
        {
            var architecture = TestModels.Architecture(5, 3, likelihood);
            GradientCheck.Run(architecture, TestModels.Parameters(architecture, 12), Parts.Bounds[bound], TestModels.Batch(architecture, 7, 22, weighted: true), klWeight: 0.03);
        }
    }

    [Fact]
    public void Output_activation_takes_part()
    {
        var architecture = TestModels.Architecture(4, 2, SquaredErrorLikelihood.Unweighted, output: Activation.Softplus);
        GradientCheck.Run(architecture, TestModels.Parameters(architecture, 13), Bound.Split, TestModels.Batch(architecture, 3, 23), klWeight: 2);
    }

    [Fact]
    public void Layers_may_stand_anywhere()
    {
        var architecture = new VaeArchitecture
        {
            Encoder = Network.Of(Shape.Vector(6)).Then(new Elementwise(Activation.Tanh)).Then(new Softmax(2, 4)).Then(new Dense(4), Activation.Gelu).Then(new Elementwise(Activation.Elu)),
            Decoder = Network.Of(Shape.Vector(4)).Then(new Reshape(Shape.Image(2, 2))).Then(new Convolution(3, 3), Activation.Silu).Then(new Softmax(5, 7)).Then(new Dense(6)),
            Likelihood = StudentTLikelihood.Default,
        };
        GradientCheck.Run(architecture, TestModels.Parameters(architecture, 19, scale: 1), Bound.Split, TestModels.Batch(architecture, 3, 29), klWeight: 0.5);
    }

    [Theory]
    [InlineData(DiagonalGaussian.MaximumLogVariance + 3)]
    [InlineData(DiagonalGaussian.MinimumLogVariance - 3)]
    public void Log_variance_beyond_its_bound_has_no_gradient(float bias)
    {
        var architecture = TestModels.Architecture(4, 2, GaussianLikelihood.WithVariance(1), Activation.Sigmoid);
        var head = new ParameterLayout(architecture).Head;
        float[] values = TestModels.Parameters(architecture, 14).Values.ToArray();
        values[head.Bias.Offset + architecture.LatentDimension] = bias;
        var gradient = GradientCheck.Run(architecture, new VaeParameters(new ParameterLayout(architecture), values), Bound.Evidence, TestModels.Batch(architecture, 4, 24), klWeight: 1);
        Assert.Equal(0f, gradient[head.Bias.Offset + architecture.LatentDimension]);
        Assert.NotEqual(0f, gradient[head.Bias.Offset + architecture.LatentDimension + 1]);
    }

    [Fact]
    public void Evaluate_and_gradient_report_the_same_terms_and_change_nothing()
    {
        var architecture = TestModels.Architecture(4, 2, GaussianLikelihood.LearnedVariance);
        var parameters = TestModels.Parameters(architecture, 15);
        using var engine = new PlainEngine(architecture, parameters, new EngineSettings { MaximumBatchSize = 8 });
        var batch = TestModels.Batch(architecture, 8, 25);
        var terms = engine.Evaluate(batch, 0.5);
        Assert.Equal(terms, engine.Gradient(batch, 0.5, new float[parameters.Values.Length]));
        Assert.Equal(parameters.Values, engine.Save().Parameters);
    }

    [Fact]
    public void A_row_of_weight_two_counts_as_two_rows()
    {
        var architecture = TestModels.Architecture(3, 2, BernoulliLikelihood.Instance);
        var (x, noise) = (TestModels.Rows(architecture, 2, 26), TestModels.Normals(4, 27));
        float[] doubled = [.. x, .. x[3..]], doubledNoise = [.. noise, .. noise[2..]];
        using var engine = new PlainEngine(architecture, TestModels.Parameters(architecture, 16), new EngineSettings { MaximumBatchSize = 3 });
        var weighted = engine.Evaluate(new Minibatch(x, noise, new float[] { 1, 2 }, 2), 1);
        var repeated = engine.Evaluate(new Minibatch(doubled, doubledNoise, default, 3), 1);
        Assert.Equal(repeated.Loss, weighted.Loss, 1e-6 * repeated.Loss);
    }
}
