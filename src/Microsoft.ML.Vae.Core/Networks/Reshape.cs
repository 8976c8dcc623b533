namespace Microsoft.ML.Vae.Core;

/// <summary>The same values in another shape, e.g. of a vector an image.</summary>
/// <param name="Shape">The new shape.</param>
public sealed record Reshape(Shape Shape) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "Reshape";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => input.Length == Shape.Length
        ? Shape
        : throw new ArgumentException($"A reshape to {Shape} needs {Shape.Length} values, but its input is {input}.");

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    internal override void Validate() => Shape.Validated();
}
