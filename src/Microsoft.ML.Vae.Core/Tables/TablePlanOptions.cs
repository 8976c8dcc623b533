namespace Microsoft.ML.Vae.Core;

/// <summary>How columns of text become features. Immutable.</summary>
public sealed record TablePlanOptions
{
    /// <summary>Most categories of a column with a feature of their own; all others share one. 50: more would cost memory and say little.</summary>
    public int MaximumCategories { get; init; } = 50;

    /// <summary>A category has a feature of its own if that many training rows show it. 3: fewer teach nothing of it.</summary>
    public int LeastFrequency { get; init; } = 3;

    /// <summary>Above 0: categories without a feature of their own are hashed to so many features, in place of the one that they share, and what training never showed is known for unseen, in
    /// memory that does not grow with the number of categories. 0: a reason then names a category, never a group of them.</summary>
    public int HashedFeatures { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    internal TablePlanOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumCategories, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LeastFrequency, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(HashedFeatures);
        return this;
    }
}
