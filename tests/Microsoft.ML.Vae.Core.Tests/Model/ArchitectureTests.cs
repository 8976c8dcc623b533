using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Model;

public class ArchitectureTests
{
    private static readonly VaeArchitecture Plain = VaeArchitecture.Mirrored(6, 2, 8, 4);

    private static readonly Likelihood Learned = GaussianLikelihood.LearnedVariance;

    [Fact]
    public void Equal_by_value_also_where_lists_differ_by_reference()
    {
        var twin = VaeArchitecture.Dense(6, 2, new List<int> { 8, 4 }, [4, 8], Activation.Tanh, Learned);
        Assert.Equal(Plain, twin);
        Assert.Equal(Plain.GetHashCode(), twin.GetHashCode());
    }

    [Fact]
    public void Every_difference_counts()
    {
        VaeArchitecture[] others =
        [
            VaeArchitecture.Mirrored(7, 2, 8, 4), VaeArchitecture.Mirrored(6, 3, 8, 4), VaeArchitecture.Dense(6, 2, [8, 5], [4, 8], Activation.Tanh, Learned),
            VaeArchitecture.Dense(6, 2, [8, 4], [4], Activation.Tanh, Learned), VaeArchitecture.Mirrored(6, 2, [8, 4], Activation.Relu, Learned),
            VaeArchitecture.Dense(6, 2, [8, 4], [4, 8], Activation.Tanh, Learned, Activation.Sigmoid), Plain with { Likelihood = BernoulliLikelihood.Instance },
            Plain with { Likelihood = GaussianLikelihood.WithVariance(1) }, Plain with { Likelihood = GaussianLikelihood.WithLearnedVariance(0.1) },
            Plain with { Likelihood = SquaredErrorLikelihood.Unweighted }, Plain with { Likelihood = new SquaredErrorLikelihood(new MetricWeight(1, 1, false)) },
            Plain with { Likelihood = StudentTLikelihood.Default }, Plain with { Likelihood = StudentTLikelihood.With(5) }, Plain with { Likelihood = new CategoricalLikelihood(6) },
            Plain with { Likelihood = new CategoricalLikelihood(2, 4) }, Plain with { Prior = new MixturePrior(2) }, Plain with { Prior = new MixturePrior(3) },
            Plain with { Prior = new VampPrior(2) }, Plain with { Posterior = PosteriorForm.Isotropic }, Plain with { Encoder = Plain.Encoder.Then(new Softmax(4)) },
            Plain with { Encoder = Plain.Encoder.Then(new Reshape(Shape.Image(2, 2))) }, Plain with { Encoder = Plain.Encoder.Then(new Softmax(2, 2)) },
        ];
        Assert.All(others, other => Assert.NotEqual(Plain, other));
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void Sizes_below_one_are_refused()
    {
        VaeArchitecture[] bad =
        [
            VaeArchitecture.Mirrored(0, 2, 8), VaeArchitecture.Mirrored(6, -1, 8), VaeArchitecture.Mirrored(6, 2, 3, 0), VaeArchitecture.Dense(6, 2, [], [-2], Activation.Tanh, Learned),
            Plain with { Encoder = Network.Of(Shape.Image(3, 2)).Then(new Convolution(0, 3)) }, Plain with { Encoder = Network.Of(Shape.Image(3, 2)).Then(new Convolution(1, 3, 0)) },
            Plain with { Encoder = Network.Of(Shape.Image(3, 2)).Then(new TransposedConvolution(1, 2)) }, Plain with { Encoder = Plain.Encoder.Then(new Elementwise((Activation)99)) },
        ];
        Assert.All(bad, a => Assert.Throws<ArgumentOutOfRangeException>(a.Validated));
        Assert.Same(Plain, Plain.Validated());
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused_by_name()
    {
        Refused(Plain with { Likelihood = BernoulliLikelihood.Instance, Decoder = Plain.Decoder.Then(new Elementwise(Activation.Sigmoid)) }, "must be linear, but is Sigmoid");
        Refused(Plain with { Decoder = Plain.Decoder.Then(new Dense(5)) }, "needs 6 decoder outputs, but the decoder yields 5");
        Refused(Plain with { Likelihood = new CategoricalLikelihood(2, 3) }, "blocks of 2 + 3");
        Refused(Plain with { Encoder = Plain.Encoder.Then(new Reshape(Shape.Vector(5))) }, "needs 5 values, but its input is 4");
        Refused(Plain with { Encoder = Plain.Encoder.Then(new Softmax(3)) }, "does not fit an input of 4");
        Refused(Plain with { Likelihood = new SsimLikelihood(Shape.Image(11, 12)) }, "11×12×1");

        static void Refused(VaeArchitecture architecture, string reason) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(architecture.Validated).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convolutions_halve_and_their_mirror_image_doubles()
    {
        var network = VaeArchitecture.Convolutional(Shape.Image(28, 28), 16, [32, 64], Activation.Relu, BernoulliLikelihood.Instance).Validated();
        Assert.Equal(Shape.Image(7, 7, 64), network.Encoder.Output);
        Assert.Equal(Shape.Image(28, 28), network.Decoder.Output);
        Assert.Equal((784, 16), (network.FeatureCount, network.LatentDimension));
        Assert.Throws<ArgumentException>(() => VaeArchitecture.Convolutional(Shape.Image(30, 28), 2, [4, 4], Activation.Relu, BernoulliLikelihood.Instance));
    }

    [Fact]
    public void Layout_names_every_block_and_leaves_no_gap()
    {
        var layout = new ParameterLayout(Plain);
        Assert.Equal(
            ["encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "posterior.weight", "posterior.bias",
             "decoder.0.weight", "decoder.0.bias", "decoder.1.weight", "decoder.1.bias", "output.weight", "output.bias", "likelihood", "prior"],
            layout.Blocks.Select(b => b.Name));
        int offset = 0;
        foreach (var block in layout.Blocks)
        {
            Assert.Equal(offset, block.Offset);
            offset += block.Length;
        }
        Assert.Equal(layout.Length, offset);
        Assert.Equal((4, 4), (layout.Head.Weight.Rows, layout.Head.Weight.Columns));
        Assert.Equal([(4, 2), (8, 4), (6, 8)], layout.Decoder.Where(l => l.Blocks.Count > 0).Select(l => (l.Weight.Rows, l.Weight.Columns)));
        Assert.Equal(6, layout.Likelihood.Length);
    }

    [Fact]
    public void Without_hidden_layers_heads_sit_on_the_ends()
    {
        var layout = new ParameterLayout(TestModels.Architecture(5, 2, BernoulliLikelihood.Instance, encoder: [], decoder: []));
        Assert.Equal([(4, 5)], layout.Encoder.Select(l => (l.Weight.Rows, l.Weight.Columns)));
        Assert.Equal([(5, 2)], layout.Decoder.Select(l => (l.Weight.Rows, l.Weight.Columns)));
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
            var parameters = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1), InitialWeights.Glorot);
            var layer = parameters.Layout.Encoder[0];
            double variance = parameters[layer.Weight].ToArray().Average(w => (double)w * w), expected = activation == Activation.Relu ? 2.0 / 50 : 2.0 / 130;
            Assert.InRange(variance / expected, 0.9, 1.1);
            Assert.All(parameters[layer.Bias].ToArray(), b => Assert.Equal(0f, b));
        }
    }

    [Fact]
    public void Initial_weights_of_LeCun_spread_by_the_inputs_and_so_do_the_first_biases()
    {
        foreach (var activation in new[] { Activation.Tanh, Activation.Relu })
        {
            var architecture = TestModels.Architecture(50, 3, GaussianLikelihood.LearnedVariance, activation, [400, 80], [400]);
            var parameters = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1));
            double Spread(ParameterBlock block) => parameters[block].ToArray().Average(w => (double)w * w);
            double gain = activation == Activation.Relu ? 2 : 1;
            PlacedLayer first = parameters.Layout.Encoder[0], second = parameters.Layout.Encoder[2], decoder = parameters.Layout.Decoder[0], output = parameters.Layout.Decoder[^1];
            Assert.InRange(Spread(first.Weight) * 50 / gain, 0.9, 1.1);
            Assert.InRange(Spread(first.Bias) * 50 / gain, 0.7, 1.3);
            Assert.InRange(Spread(second.Weight) * 400 / gain, 0.9, 1.1);
            Assert.InRange(Spread(decoder.Bias) * 3 / gain, 0.7, 1.3);
            Assert.InRange(Spread(output.Weight) * 400, 0.9, 1.1);
            Assert.Equal(0, Spread(second.Bias) + Spread(output.Bias) + Spread(parameters.Layout.Head.Bias));
            Assert.False(parameters[first.Weight][..400].SequenceEqual(parameters[first.Bias]));
        }
    }
}
