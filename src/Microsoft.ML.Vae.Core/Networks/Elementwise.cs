namespace Microsoft.ML.Vae.Core;

/// <summary>The same function of every value.</summary>
/// <param name="Activation">The function.</param>
public sealed record Elementwise(Activation Activation) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "Elementwise";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => input;

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    internal override void Validate()
    {
        if (!Enum.IsDefined(Activation)) throw new ArgumentOutOfRangeException(nameof(Activation), Activation, "Expected one of the named activations.");
    }
}
