using Microsoft.ML.Vae.Core;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>The blocks of one flat parameter tensor as matrices and vectors; its gradient comes back flat, in the same order.</summary>
internal sealed class ParameterViews
{
    private readonly ParameterLayout _layout;
    private readonly Tensor[] _blocks; // of each layer in turn weight and bias, then the likelihood's

    public ParameterViews(ParameterLayout layout, Tensor parameters)
    {
        _layout = layout;
        _blocks = parameters.split([.. layout.Blocks.Select(b => (long)b.Length)], 0);
        for (int b = 0; b < _blocks.Length - 1; b += 2) _blocks[b] = _blocks[b].view(layout.Blocks[b].Rows, layout.Blocks[b].Columns);
    }

    /// <summary>The likelihood's own parameters; of length 0 where it has none.</summary>
    public Tensor Likelihood => _blocks[^1];

    /// <summary>The posterior head of each row, [rows, 2n].</summary>
    public Tensor Encode(Tensor features) => Forward(_layout.Encoder, 0, features);

    /// <summary>The decoder's output, [rows, m].</summary>
    public Tensor Decode(Tensor latents) => Forward(_layout.Decoder, 2 * _layout.Encoder.Count, latents);

    private Tensor Forward(IReadOnlyList<DenseLayer> layers, int firstBlock, Tensor x)
    {
        for (int l = 0; l < layers.Count; l++)
            x = Activate(layers[l].Activation, nn.functional.linear(x, _blocks[firstBlock + (2 * l)], _blocks[firstBlock + (2 * l) + 1]));
        return x;
    }

    private static Tensor Activate(Activation activation, Tensor x) => activation switch
    {
        Activation.Linear => x,
        Activation.Tanh => x.tanh(),
        Activation.Relu => x.relu(),
        Activation.Softplus => x.softplus(),
        Activation.Sigmoid => x.sigmoid(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation that this engine knows."),
    };
}
