namespace Microsoft.ML.Vae.Report;

/// <summary>How places on an axis follow from numbers.</summary>
public enum AxisScale
{
    /// <summary>Equal steps for equal differences.</summary>
    Linear,

    /// <summary>Equal steps for equal ratios; numbers must be above 0, others are not drawn.</summary>
    Logarithmic,
}

/// <summary>An axis: its name with the unit, and what it spans.</summary>
/// <param name="Name">E.g. "score, nats".</param>
public sealed record Axis(string Name)
{
    /// <summary>Linear unless said otherwise.</summary>
    public AxisScale Scale { get; init; } = AxisScale.Linear;

    /// <summary>The lower end; null: from the data.</summary>
    public double? Low { get; init; }

    /// <summary>The upper end; null: from the data.</summary>
    public double? High { get; init; }

    /// <summary>Whether an end that follows from the data moves out to the next round number.</summary>
    public bool IsRounded { get; init; } = true;

    /// <summary>Numbers with names of their own, e.g. parts of π; null: round numbers.</summary>
    public IReadOnlyList<(double At, string Name)>? Marks { get; init; }
}
