using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>The backward pass against central differences of the loss re-stated in double precision.</summary>
public class PlainEngineGradientTests
{
    // Central differences in double leave 1e-9; what remains is the single-precision forward pass.
    private const double RelativeToLargest = 2e-5, Step = 1e-5;

    private static readonly Dictionary<string, Likelihood> Likelihoods = new()
    {
        ["squared"] = SquaredErrorLikelihood.Unweighted,
        ["squared, downward convex"] = new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, false)),
        ["squared, upward convex"] = new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, true)),
        ["gaussian"] = GaussianLikelihood.WithVariance(0.3),
        ["learned variance"] = GaussianLikelihood.LearnedVariance,
        ["bernoulli"] = BernoulliLikelihood.Instance,
    };

    // (features, latents, encoder, decoder, rows): no two sizes equal, odd, one of everything, no hidden layer at all.
    private static readonly (int M, int N, int[] Encoder, int[] Decoder, int Rows)[] Shapes =
    [
        (5, 3, [7], [4], 6), (1, 1, [2], [3], 1), (3, 2, [], [], 5), (4, 6, [3, 5, 2], [], 3), (17, 1, [], [6, 3], 2),
    ];

    public static TheoryData<string, Activation, LossForm, int> Cases()
    {
        var cases = new TheoryData<string, Activation, LossForm, int>();
        int next = 0;
        foreach (string likelihood in Likelihoods.Keys)
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (var form in Enum.GetValues<LossForm>()) cases.Add(likelihood, activation, form, next++ % Shapes.Length);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_equals_central_differences(string likelihood, Activation activation, LossForm form, int shape)
    {
        var (m, n, encoder, decoder, rows) = Shapes[shape];
        var architecture = TestModels.Architecture(m, n, Likelihoods[likelihood], activation, encoder, decoder);
        Check(architecture, TestModels.Parameters(architecture, 11), form, TestModels.Batch(architecture, rows, 21), klWeight: 1);
    }

    [Theory]
    [InlineData(LossForm.Conventional)]
    [InlineData(LossForm.Split)]
    public void Row_weights_and_KL_weight_enter_the_gradient(LossForm form)
    {
        foreach (var likelihood in Likelihoods.Values)
        {
            var architecture = TestModels.Architecture(5, 3, likelihood);
            Check(architecture, TestModels.Parameters(architecture, 12), form, TestModels.Batch(architecture, 7, 22, weighted: true), klWeight: 0.03);
        }
    }

    [Fact]
    public void Output_activation_takes_part()
    {
        var architecture = TestModels.Architecture(4, 2, SquaredErrorLikelihood.Unweighted) with { OutputActivation = Activation.Softplus };
        Check(architecture, TestModels.Parameters(architecture, 13), LossForm.Split, TestModels.Batch(architecture, 3, 23), klWeight: 2);
    }

    [Theory]
    [InlineData(DiagonalGaussian.MaximumLogVariance + 3)]
    [InlineData(DiagonalGaussian.MinimumLogVariance - 3)]
    public void Log_variance_beyond_its_bound_has_no_gradient(float bias)
    {
        var architecture = TestModels.Architecture(4, 2, GaussianLikelihood.WithVariance(1), Activation.Sigmoid);
        var head = new ParameterLayout(architecture).Encoder[^1];
        float[] values = TestModels.Parameters(architecture, 14).Values.ToArray();
        values[head.Bias.Offset + architecture.LatentDimension] = bias;
        var gradient = Check(architecture, new VaeParameters(new ParameterLayout(architecture), values), LossForm.Conventional, TestModels.Batch(architecture, 4, 24), klWeight: 1);
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
        Assert.Equal(repeated.Loss, weighted.Loss, 1e-12);
    }

    private static float[] Check(VaeArchitecture architecture, VaeParameters parameters, LossForm form, Minibatch batch, double klWeight)
    {
        var gradient = new float[parameters.Values.Length];
        using var engine = new PlainEngine(architecture, parameters, new EngineSettings { MaximumBatchSize = batch.Count, LossForm = form, Threads = 1 });
        var terms = engine.Gradient(batch, klWeight, gradient);

        var reference = new ReferenceElbo(architecture, form);
        double[] values = [.. parameters.Values];
        var expected = reference.Terms(values, batch, klWeight);
        Assert.Equal(expected.LogLikelihood, terms.LogLikelihood, 1e-5 * (1 + Math.Abs(expected.LogLikelihood)));
        Assert.Equal(expected.Kl, terms.Kl, 1e-5 * (1 + expected.Kl));
        double[] slopes = [.. Enumerable.Range(0, values.Length).Select(i => reference.Slope(values, i, batch, klWeight, Step))];
        double tolerance = RelativeToLargest * (1 + slopes.Max(Math.Abs));
        for (int i = 0; i < slopes.Length; i++)
            Assert.True(Math.Abs(slopes[i] - gradient[i]) <= tolerance, $"parameter {i}: differences {slopes[i]}, backward {gradient[i]}, tolerance {tolerance}");
        return gradient;
    }
}
