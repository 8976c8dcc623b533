namespace Microsoft.ML.Vae.Core;

/// <summary>A named view into the parameter buffer: a [Rows, Columns] matrix, row-major; vectors have one column.</summary>
/// <param name="Name">E.g. "encoder.0.weight"; files, ONNX, engines and oracles share these names.</param>
/// <param name="Offset">Index of the first value in the buffer.</param>
/// <param name="Rows">For weights: the layer's outputs.</param>
/// <param name="Columns">For weights: the layer's inputs.</param>
public readonly record struct ParameterBlock(string Name, int Offset, int Rows, int Columns)
{
    /// <summary>Number of values.</summary>
    public int Length => Rows * Columns;
}

/// <summary>One dense layer y = act(W x + b): where its weight [Out, In] and bias [Out] lie in the buffer.</summary>
public readonly record struct DenseLayer(ParameterBlock Weight, ParameterBlock Bias, Activation Activation)
{
    /// <summary>Number of inputs.</summary>
    public int In => Weight.Columns;

    /// <summary>Number of outputs.</summary>
    public int Out => Weight.Rows;
}

/// <summary>Where each parameter of an architecture lies in one float buffer. Derived from the architecture alone.</summary>
/// <remarks>Order: encoder layers, the joint posterior head (means in rows 0…n−1, log-variances in rows n…2n−1), decoder layers,
/// decoder output, likelihood parameters.</remarks>
public sealed class ParameterLayout
{
    private readonly List<ParameterBlock> _blocks = [];

    /// <summary>Lays out the parameters of <paramref name="architecture"/>.</summary>
    public ParameterLayout(VaeArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        int m = architecture.FeatureCount, n = architecture.LatentDimension;
        Encoder = [.. Stack("encoder", m, architecture.EncoderWidths, architecture.HiddenActivation), Dense("posterior", Last(m, architecture.EncoderWidths), 2 * n, Activation.Linear)];
        Decoder = [.. Stack("decoder", n, architecture.DecoderWidths, architecture.HiddenActivation), Dense("output", Last(n, architecture.DecoderWidths), m, architecture.OutputActivation)];
        Likelihood = Add("likelihood", architecture.Likelihood.ParameterCount(m), 1);
    }

    /// <summary>The encoder's layers; the last one is the posterior head with 2n outputs.</summary>
    public IReadOnlyList<DenseLayer> Encoder { get; }

    /// <summary>The decoder's layers; the last one yields m outputs.</summary>
    public IReadOnlyList<DenseLayer> Decoder { get; }

    /// <summary>Parameters of the likelihood; of length 0 where it has none.</summary>
    public ParameterBlock Likelihood { get; }

    /// <summary>All blocks in buffer order.</summary>
    public IReadOnlyList<ParameterBlock> Blocks => _blocks;

    /// <summary>Length of the buffer.</summary>
    public int Length { get; private set; }

    private static int Last(int input, IReadOnlyList<int> widths) => widths.Count == 0 ? input : widths[^1];

    private List<DenseLayer> Stack(string name, int inputs, IReadOnlyList<int> widths, Activation activation)
    {
        var layers = new List<DenseLayer>();
        for (int i = 0; i < widths.Count; inputs = widths[i++]) layers.Add(Dense($"{name}.{i}", inputs, widths[i], activation));
        return layers;
    }

    private DenseLayer Dense(string name, int inputs, int outputs, Activation activation) =>
        new(Add($"{name}.weight", outputs, inputs), Add($"{name}.bias", outputs, 1), activation);

    private ParameterBlock Add(string name, int rows, int columns)
    {
        var block = new ParameterBlock(name, Length, rows, columns);
        _blocks.Add(block);
        Length = checked(Length + block.Length);
        return block;
    }
}
