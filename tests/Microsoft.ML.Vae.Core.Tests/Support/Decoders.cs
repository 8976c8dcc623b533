namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Decoders of three latents in which each kind of layer has a place, with random weights.</summary>
internal static class Decoders
{
    public const int Latents = 3;

    private static readonly Dictionary<string, Func<Activation, Network>> Networks = new()
    {
        ["dense"] = f => Start.Then(new Dense(9), f).Then(new Dense(7), f).Then(new Dense(6)),
        ["image, doubled"] = f => Start.Then(new Dense(2 * 3 * 2), f).Then(new Reshape(Shape.Image(2, 3, 2))).Then(new TransposedConvolution(3, 3, 2), f).Then(new Convolution(2, 5, 1)),
        ["image, tripled"] = f => Start.Then(new Dense(8), f).Then(new Reshape(Shape.Image(1, 2, 4))).Then(new TransposedConvolution(2, 5, 3), f).Then(new Convolution(3, 3, 2), f).Then(new Convolution(1, 1)),
        ["shares"] = f => Start.Then(new Dense(7)).Then(new Softmax(3, 4)).Then(new Elementwise(f)).Then(new Dense(6)).Then(new Softmax(2, 4)),
        ["own layer"] = f => Start.Then(new Dense(8), f).Then(new DivisiveNormalization(5)).Then(new Elementwise(f)).Then(new Dense(6)),
        ["activation first"] = f => Start.Then(new Elementwise(f)).Then(new Dense(6), f),
        ["own layer first"] = f => Start.Then(new DivisiveNormalization(2)).Then(new Dense(6), f),
    };

    public static IEnumerable<string> Names => Networks.Keys;

    private static Network Start => Network.Of(Shape.Vector(Latents));

    /// <summary>A model whose mean decoder is the network.</summary>
    public static VaeModel Model(string name, Activation activation)
    {
        var decoder = Networks[name](activation);
        return TestModels.Model(new VaeArchitecture { Encoder = Network.Of(Shape.Vector(decoder.Output.Length)), Decoder = decoder, Likelihood = SquaredErrorLikelihood.Unweighted }, seed: 3);
    }
}
