namespace Microsoft.ML.Vae.Core;

/// <summary>The adjoint of a strided <see cref="Convolution"/> plus a bias: a stride s makes s times as many pixels each way.</summary>
/// <remarks>Weight [input channels, kernel · kernel · channels]: what one input pixel adds to its patch of the output, channels last; bias [channels].</remarks>
/// <param name="Channels">Channels of the output.</param>
/// <param name="Kernel">Side of the square kernel; odd.</param>
/// <param name="Stride">Pixels of the output for each pixel of the input.</param>
public sealed record TransposedConvolution(int Channels, int Kernel, int Stride = 1) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "TransposedConvolution";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => new(checked(input.Height * Stride), checked(input.Width * Stride), Channels);

    /// <inheritdoc/>
    public override IEnumerable<BlockSpec> Blocks(Shape input) => [new("weight", input.Channels, Patches(input).Length), new("bias", Channels, 1)];

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    /// <summary>The patches of the output: one for each pixel of the input.</summary>
    internal PatchGeometry Patches(Shape input) => new(Output(input), input, Kernel, Stride);

    internal override void Validate() => PatchGeometry.Validate(Channels, Kernel, Stride);
}
