using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Model;

public class ArchitectureTests
{
    private static readonly VaeArchitecture Plain = VaeArchitecture.Mirrored(6, 2, 8, 4);

    [Fact]
    public void Equal_by_value_also_where_lists_differ_by_reference()
    {
        var twin = new VaeArchitecture { FeatureCount = 6, LatentDimension = 2, EncoderWidths = [8, 4], DecoderWidths = new List<int> { 4, 8 } };
        Assert.Equal(Plain, twin);
        Assert.Equal(Plain.GetHashCode(), twin.GetHashCode());
    }

    [Fact]
    public void Every_difference_counts()
    {
        VaeArchitecture[] others =
        [
            Plain with { FeatureCount = 7 }, Plain with { LatentDimension = 3 }, Plain with { EncoderWidths = [8, 5] }, Plain with { DecoderWidths = [4] },
            Plain with { HiddenActivation = Activation.Relu }, Plain with { OutputActivation = Activation.Sigmoid }, Plain with { Likelihood = BernoulliLikelihood.Instance },
            Plain with { Likelihood = GaussianLikelihood.WithVariance(1) }, Plain with { Likelihood = GaussianLikelihood.WithLearnedVariance(0.1) },
            Plain with { Likelihood = SquaredErrorLikelihood.Unweighted }, Plain with { Likelihood = new SquaredErrorLikelihood(new MetricWeight(1, 1, false)) },
        ];
        Assert.All(others, other => Assert.NotEqual(Plain, other));
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void Sizes_below_one_are_refused()
    {
        VaeArchitecture[] bad = [Plain with { FeatureCount = 0 }, Plain with { LatentDimension = -1 }, Plain with { EncoderWidths = [3, 0] }, Plain with { DecoderWidths = [-2] }];
        Assert.All(bad, a => Assert.Throws<ArgumentOutOfRangeException>(a.Validated));
        Assert.Same(Plain, Plain.Validated());
    }

    [Fact]
    public void A_link_on_top_of_an_output_activation_is_refused()
    {
        var both = Plain with { Likelihood = BernoulliLikelihood.Instance, OutputActivation = Activation.Sigmoid };
        Assert.Contains("logits", Assert.Throws<ArgumentException>(both.Validated).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layout_names_every_block_and_leaves_no_gap()
    {
        var layout = new ParameterLayout(Plain);
        Assert.Equal(
            ["encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "posterior.weight", "posterior.bias",
             "decoder.0.weight", "decoder.0.bias", "decoder.1.weight", "decoder.1.bias", "output.weight", "output.bias", "likelihood"],
            layout.Blocks.Select(b => b.Name));
        int offset = 0;
        foreach (var block in layout.Blocks)
        {
            Assert.Equal(offset, block.Offset);
            offset += block.Length;
        }
        Assert.Equal(layout.Length, offset);
        Assert.Equal((4, 4), (layout.Encoder[^1].Out, layout.Encoder[^1].In));
        Assert.Equal([(2, 4), (4, 8), (8, 6)], layout.Decoder.Select(l => (l.In, l.Out)));
        Assert.Equal(6, layout.Likelihood.Length);
    }

    [Fact]
    public void Without_hidden_layers_heads_sit_on_the_ends()
    {
        var layout = new ParameterLayout(TestModels.Architecture(5, 2, BernoulliLikelihood.Instance, encoder: [], decoder: []));
        Assert.Equal([(5, 4)], layout.Encoder.Select(l => (l.In, l.Out)));
        Assert.Equal([(2, 5)], layout.Decoder.Select(l => (l.In, l.Out)));
        Assert.Equal(0, layout.Likelihood.Length);
    }

    [Fact]
    public void Parameters_of_a_wrong_length_are_refused()
    {
        var layout = new ParameterLayout(Plain);
        var error = Assert.Throws<ArgumentException>(() => new VaeParameters(layout, new float[3]));
        Assert.Contains($"{layout.Length}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Initial_weights_have_the_spread_of_Glorot_and_He()
    {
        foreach (var activation in new[] { Activation.Tanh, Activation.Relu })
        {
            var architecture = TestModels.Architecture(50, 3, GaussianLikelihood.LearnedVariance, activation, [80], [80]);
            var parameters = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1));
            var layer = parameters.Layout.Encoder[0];
            double variance = parameters[layer.Weight].ToArray().Average(w => (double)w * w), expected = activation == Activation.Relu ? 2.0 / 50 : 2.0 / 130;
            Assert.InRange(variance / expected, 0.9, 1.1);
            Assert.All(parameters[layer.Bias].ToArray(), b => Assert.Equal(0f, b));
        }
    }
}
