namespace Microsoft.ML.Vae.Core;

/// <summary>A two-dimensional convolution, "same" padding: half the kernel of zeros on every side, so that a stride s leaves ⌈size/s⌉ pixels.</summary>
/// <remarks>Weight [channels, kernel · kernel · input channels], a patch in reading order, channels last; bias [channels].</remarks>
/// <param name="Channels">Channels of the output.</param>
/// <param name="Kernel">Side of the square kernel; odd, so that it has a middle.</param>
/// <param name="Stride">Pixels between neighbouring patches.</param>
public sealed record Convolution(int Channels, int Kernel, int Stride = 1) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "Convolution";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => Patches(input).Places;

    /// <inheritdoc/>
    public override IEnumerable<BlockSpec> Blocks(Shape input) => [new("weight", Channels, Patches(input).Length), new("bias", Channels, 1)];

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    /// <summary>The patches of an input: one for each pixel of the output.</summary>
    internal PatchGeometry Patches(Shape input) => new(input, new Shape(((input.Height - 1) / Stride) + 1, ((input.Width - 1) / Stride) + 1, Channels), Kernel, Stride);

    internal override void Validate() => PatchGeometry.Validate(Channels, Kernel, Stride);
}
