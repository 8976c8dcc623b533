namespace Microsoft.ML.Vae.Core;

/// <summary>The shape of one row: an image of Height × Width pixels with Channels values each, channels last; a plain vector is 1 × 1 × length.</summary>
/// <remarks>A row lies in memory as [Height, Width, Channels]: pixels in reading order, the channels of a pixel side by side.</remarks>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Values of a pixel.</param>
public readonly record struct Shape(int Height, int Width, int Channels)
{
    /// <summary>Number of values.</summary>
    public int Length => checked(Height * Width * Channels);

    /// <summary>Whether it is a plain vector.</summary>
    public bool IsVector => (Height, Width) == (1, 1);

    /// <summary>A plain vector.</summary>
    public static Shape Vector(int length) => new(1, 1, length);

    /// <summary>An image.</summary>
    public static Shape Image(int height, int width, int channels = 1) => new(height, width, channels);

    /// <summary>E.g. "784" or "28×28×1".</summary>
    public override string ToString() => IsVector ? $"{Channels}" : $"{Height}×{Width}×{Channels}";

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below one.</exception>
    internal Shape Validated()
    {
        if (Height < 1 || Width < 1 || Channels < 1) throw new ArgumentOutOfRangeException(nameof(Shape), ToString(), "Expected sizes of at least one.");
        return this;
    }
}
