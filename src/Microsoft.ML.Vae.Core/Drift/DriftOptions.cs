namespace Microsoft.ML.Vae.Core;

/// <summary>How a stream is watched. Immutable.</summary>
public sealed record DriftOptions
{
    /// <summary>δ: P(ever an alarm, however long the stream) ≤ δ while nothing has changed, of the scores and of the columns each. 1 %: one of a hundred healthy streams is ever called changed.</summary>
    public double FalseAlarmProbability { get; init; } = 0.01;

    /// <summary>Rows of a window whose columns are compared. 500: a distribution that moved by a quarter of its mass is seen in the first window, and half an hour's rows at one every four seconds fill it.</summary>
    public int WindowRows { get; init; } = 500;

    /// <summary>Fixes the draws that part equal scores: same seed, same evidence.</summary>
    public int Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal DriftOptions Validated()
    {
        if (!(FalseAlarmProbability > 0 && FalseAlarmProbability < 1))
            throw new ArgumentOutOfRangeException(nameof(FalseAlarmProbability), FalseAlarmProbability, "Expected a probability between 0 and 1, exclusive.");
        ArgumentOutOfRangeException.ThrowIfLessThan(WindowRows, 2);
        return this;
    }
}
