namespace Microsoft.ML.Vae.Core;

/// <summary>Part of a <see cref="SideBySide"/>.</summary>
/// <param name="Layer">An activation or a softmax.</param>
/// <param name="Length">Values that go in, and come out.</param>
public sealed record Branch(Layer Layer, int Length);

/// <summary>Layers side by side, each over its own neighbouring values: activations and softmaxes, so that every Jacobian is symmetric.</summary>
public sealed record SideBySide : Layer
{
    /// <summary>Branches side by side; together they are the whole input.</summary>
    public SideBySide(params IReadOnlyList<Branch> branches) => Branches = [.. branches];

    /// <summary>What happens to which values.</summary>
    public IReadOnlyList<Branch> Branches { get; }

    /// <inheritdoc/>
    public override string Kind => "SideBySide";

    /// <inheritdoc/>
    public override Shape Output(Shape input)
    {
        if (Branches.Sum(b => b.Length) != input.Length)
            throw new ArgumentException($"Branches of {string.Join(" + ", Branches.Select(b => b.Length))} values do not fit an input of {input.Length}.");
        foreach (var branch in Branches) branch.Layer.Output(Shape.Vector(branch.Length));
        return input;
    }

    /// <inheritdoc/>
    public override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at) => visitor.Visit(this, at);

    /// <inheritdoc/>
    public bool Equals(SideBySide? other) => other is not null && Branches.SequenceEqual(other.Branches);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Branches.Count, Branches.Sum(b => b.Length));

    /// <summary>Each branch in its place, and where it begins.</summary>
    internal IEnumerable<(PlacedLayer At, int First)> Placed()
    {
        int first = 0;
        foreach (var branch in Branches)
        {
            yield return (PlacedLayer.WithoutParameters(branch.Layer, Shape.Vector(branch.Length)), first);
            first += branch.Length;
        }
    }

    internal override void Validate()
    {
        foreach (var branch in Branches)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(branch.Length, "branch");
            if (branch.Layer is not (Elementwise or Softmax)) throw new ArgumentException($"A branch must be an activation or a softmax, but is {branch.Layer.Kind}.");
            branch.Layer.Validate();
        }
    }
}
