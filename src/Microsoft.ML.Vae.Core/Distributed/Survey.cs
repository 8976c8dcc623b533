namespace Microsoft.ML.Vae.Core;

/// <summary>What rows tell before a fit: moments of the features, missing and infinite values, how categories are used. Mergeable, and as numbers a message.</summary>
internal sealed class Survey(int m, IReadOnlyList<(int First, int Length)> blocks)
{
    public ColumnMoments Moments { get; } = new(m);

    public ValueFaults Faults { get; } = new(m);

    public BlockSurvey Blocks { get; } = new(m, blocks);

    public void Add(ReadOnlySpan<float> row, bool trains)
    {
        ReadOnlySpan<float> weight = [1f];
        ReadOnlySpan<long> place = [0L];
        Faults.Observe(row, weight, place);
        if (!trains) return;
        Moments.Observe(row, weight, place);
        Blocks.Observe(row, weight, place);
    }

    public double[] ToNumbers() => [.. Moments.ToNumbers(), .. Faults.ToNumbers(), .. Blocks.ToNumbers()];

    /// <summary>Adds what another survey saw after this one.</summary>
    public Survey Join(ReadOnlySpan<double> numbers)
    {
        int moments = ColumnMoments.NumbersLength(m), faults = ValueFaults.NumbersLength(m);
        Moments.Join(numbers[..moments]);
        Faults.Join(numbers.Slice(moments, faults));
        Blocks.Join(numbers[(moments + faults)..]);
        return this;
    }
}
