namespace Microsoft.ML.Vae.Core;

/// <summary>y = W x + b: every output sees every input. Weight [outputs, inputs], bias [outputs].</summary>
/// <param name="Outputs">Length of the output vector.</param>
public sealed record Dense(int Outputs) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "Dense";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => Shape.Vector(Outputs);

    /// <inheritdoc/>
    public override IEnumerable<BlockSpec> Blocks(Shape input) => [new("weight", Outputs, input.Length), new("bias", Outputs, 1)];

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    internal override void Validate() => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Outputs, "width of a dense layer");
}
