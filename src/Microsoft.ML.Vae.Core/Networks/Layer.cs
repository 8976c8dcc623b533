namespace Microsoft.ML.Vae.Core;

/// <summary>One layer of a network, without its parameters: what shape it makes of which, and what it must learn. Immutable; equal by value.</summary>
/// <remarks>The kinds are closed: whatever walks a network is a <see cref="LayerVisitor{T}"/>, so that a forgotten kind does not compile.
/// Layers of one's own derive from <see cref="RowLayer"/>.</remarks>
public abstract record Layer
{
    private protected Layer() { }

    /// <summary>Its kind in files and messages.</summary>
    public abstract string Kind { get; }

    /// <summary>The shape that it makes of an input.</summary>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public abstract Shape Output(Shape input);

    /// <summary>The parameters that it learns, in the order of the buffer.</summary>
    public virtual IEnumerable<BlockSpec> Blocks(Shape input) => [];

    /// <summary>Calls the visitor's method for this kind.</summary>
    public abstract T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at);

    /// <summary>Checks its own sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    internal virtual void Validate() { }
}
