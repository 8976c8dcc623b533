namespace Microsoft.ML.Vae.Core;

/// <summary>Where each parameter of an architecture lies in one float buffer. Derived from the architecture alone.</summary>
/// <remarks>Order: encoder layers, the joint posterior head (means first, then log-variances), decoder layers, likelihood parameters, prior parameters.
/// Layers are named by their number among those that learn; the decoder's last is "output".</remarks>
public sealed class ParameterLayout
{
    private readonly List<ParameterBlock> _blocks = [];

    /// <summary>Lays out the parameters of <paramref name="architecture"/>.</summary>
    /// <exception cref="ArgumentException">The layers do not fit each other.</exception>
    public ParameterLayout(VaeArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        int m = architecture.FeatureCount, n = architecture.LatentDimension;
        var encoder = Place(architecture.Encoder, "encoder", lastName: null);
        Head = Place(new Dense(architecture.Posterior.HeadLength(n)), architecture.Encoder.Output, "posterior");
        Encoder = [.. encoder, Head];
        Decoder = Place(architecture.Decoder, "decoder", lastName: "output");
        Likelihood = Add("likelihood", architecture.Likelihood.ParameterCount(m), 1);
        Prior = Add("prior", architecture.Prior.ParameterCount(n, m), 1);
        MeanDecoder = architecture.Likelihood.Mean(m) is { } mean ? [.. Decoder, PlacedLayer.WithoutParameters(mean, architecture.Decoder.Output)] : Decoder;
    }

    /// <summary>The encoder's layers; the last one is the posterior head.</summary>
    public IReadOnlyList<PlacedLayer> Encoder { get; }

    /// <summary>The posterior head.</summary>
    public PlacedLayer Head { get; }

    /// <summary>The decoder's layers, up to the likelihood's outputs.</summary>
    public IReadOnlyList<PlacedLayer> Decoder { get; }

    /// <summary>The decoder's layers and the one that turns outputs into means: z ↦ x̆.</summary>
    public IReadOnlyList<PlacedLayer> MeanDecoder { get; }

    /// <summary>Parameters of the likelihood; of length 0 where it has none.</summary>
    public ParameterBlock Likelihood { get; }

    /// <summary>Parameters of the prior; of length 0 where it has none.</summary>
    public ParameterBlock Prior { get; }

    /// <summary>All blocks in buffer order.</summary>
    public IReadOnlyList<ParameterBlock> Blocks => _blocks;

    /// <summary>Length of the buffer.</summary>
    public int Length { get; private set; }

    private List<PlacedLayer> Place(Network network, string name, string? lastName)
    {
        var (placed, learning) = (new List<PlacedLayer>(), 0);
        int last = lastName is null ? -1 : network.Walk().Count(Learns) - 1;
        foreach (var at in network.Walk())
        {
            placed.Add(Place(at.Layer, at.Input, learning == last ? lastName! : $"{name}.{learning}"));
            if (Learns(at)) learning++;
        }
        return placed;
    }

    private static bool Learns(PlacedLayer at) => at.Layer.Blocks(at.Input).Any();

    private PlacedLayer Place(Layer layer, Shape input, string name) =>
        new(layer, input, layer.Output(input), [.. layer.Blocks(input).Select(spec => Add($"{name}.{spec.Name}", spec.Rows, spec.Columns))]);

    private ParameterBlock Add(string name, int rows, int columns)
    {
        var block = new ParameterBlock(name, Length, rows, columns);
        _blocks.Add(block);
        Length = checked(Length + block.Length);
        return block;
    }
}
