namespace Microsoft.ML.Vae.Core;

/// <summary>A shape and the layers that a row of that shape goes through. Immutable; equal by value; holds no parameters.</summary>
/// <param name="Input">Shape of a row that comes in.</param>
/// <param name="Layers">From the input on; may be empty.</param>
public sealed record Network(Shape Input, IReadOnlyList<Layer> Layers)
{
    /// <summary>The layers, from the input on.</summary>
    public IReadOnlyList<Layer> Layers { get; } = [.. Layers ?? throw new ArgumentNullException(nameof(Layers))];

    /// <summary>Shape of a row that comes out.</summary>
    /// <exception cref="ArgumentException">A layer does not fit the one before it.</exception>
    public Shape Output => Layers.Aggregate(Input, (shape, layer) => layer.Output(shape));

    /// <summary>A network without layers, to which others are added: <c>Network.Of(Shape.Image(28, 28)).Then(new Convolution(32, 3, 2))</c>.</summary>
    public static Network Of(Shape input) => new(input, []);

    /// <summary>Dense layers of the given widths, each followed by the activation.</summary>
    public static Network Mlp(int inputs, IEnumerable<int> widths, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return widths.Aggregate(Of(Shape.Vector(inputs)), (network, width) => network.Then(new Dense(width), activation));
    }

    /// <summary>This network with another layer at its end.</summary>
    public Network Then(Layer layer) => new(Input, [.. Layers, layer]);

    /// <summary>This network with another layer and an activation at its end; a linear activation is no layer.</summary>
    public Network Then(Layer layer, Activation activation) => activation == Activation.Linear ? Then(layer) : Then(layer).Then(new Elementwise(activation));

    /// <inheritdoc/>
    public bool Equals(Network? other) => other is not null && Input == other.Input && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Input, Layers.Count);

    /// <summary>E.g. "28×28×1 → Convolution 14×14×32 → Elementwise …".</summary>
    public override string ToString() => string.Join(" → ", [Input.ToString(), .. Walk().Select(at => $"{at.Layer.Kind} {at.Output}")]);

    /// <summary>Each layer between its shapes.</summary>
    internal IEnumerable<PlacedLayer> Walk()
    {
        var shape = Input;
        foreach (var layer in Layers)
        {
            var at = PlacedLayer.WithoutParameters(layer, shape);
            yield return at;
            shape = at.Output;
        }
    }

    /// <summary>Checks sizes, and that every layer fits the one before it.</summary>
    /// <exception cref="ArgumentException">A layer does not fit.</exception>
    internal Network Validated()
    {
        Input.Validated();
        foreach (var layer in Layers) layer.Validate();
        _ = Output;
        return this;
    }
}
