namespace Microsoft.ML.Vae.Core;

/// <summary>yᵢ = e^{xᵢ}/Σ e^{xₖ} within each block of neighbouring values: scores become a distribution over categories.</summary>
public sealed record Softmax : Layer
{
    /// <summary>Blocks of these lengths, side by side; together they are the whole input.</summary>
    public Softmax(params IReadOnlyList<int> lengths) => Lengths = [.. lengths];

    /// <summary>Lengths of the blocks.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <inheritdoc/>
    public override string Kind => "Softmax";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => Lengths.Sum() == input.Length
        ? input
        : throw new ArgumentException($"A softmax over blocks of {string.Join(" + ", Lengths)} values does not fit an input of {input.Length}.");

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    /// <inheritdoc/>
    public bool Equals(Softmax? other) => other is not null && Lengths.SequenceEqual(other.Lengths);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Lengths.Count, Lengths.Sum());

    /// <summary>Where each block lies: (first, length).</summary>
    internal IEnumerable<(int First, int Length)> Ranges()
    {
        int first = 0;
        foreach (int length in Lengths)
        {
            yield return (first, length);
            first += length;
        }
    }

    internal override void Validate()
    {
        foreach (int length in Lengths) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, "block of a softmax");
    }
}
