namespace Microsoft.ML.Vae.Core;

/// <summary>How columns of text become features. Immutable.</summary>
public sealed record TablePlanOptions
{
    /// <summary>Most categories of a column with a feature of their own; all others share one. 50: more would cost memory and say little.</summary>
    public int MaximumCategories { get; init; } = 50;

    /// <summary>A category has a feature of its own if that many training rows show it. 3: fewer teach nothing of it.</summary>
    public int LeastFrequency { get; init; } = 3;

    /// <summary>Whether that a value is missing may itself be the anomaly: then columns with gaps have a flag beside them. False: gaps are mostly chance, and then flags are noise.</summary>
    public bool IncludeMissingness { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    internal TablePlanOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumCategories, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LeastFrequency, 1);
        return this;
    }
}
