namespace Microsoft.ML.Vae.Core;

/// <summary>How a model judges rows with missing values. Immutable.</summary>
/// <remarks>A missing value starts at 0 (scaled), is replaced by what the model reconstructs in its place, and that again (Rezende et al. 2014, appendix F); it then has no
/// distortion, but its average part of the loss is added, so that rows compare whatever is missing of them.</remarks>
public sealed record MissingValues
{
    /// <summary>Where training saw complete rows, an encoder takes a 0 for a value: after four rounds the false-alarm rate of rows that lack a fifth of their values is the promised one.</summary>
    public const int RoundsAfterCompleteRows = 4;

    /// <summary>Where training saw missing values, the encoder knows what a 0 means.</summary>
    public const int RoundsAfterMissingValues = 1;

    private const int MaximumRounds = 100;

    /// <summary>Checks the numbers.</summary>
    /// <param name="costs">Mean loss a_x E[Dᵢ] of each feature over held-out rows, on the scale of the loss; [m].</param>
    /// <param name="rounds">How often missing values are replaced.</param>
    /// <exception cref="ArgumentException">A cost is not finite, or the rounds are out of range.</exception>
    public MissingValues(IReadOnlyList<float> costs, int rounds)
    {
        ArgumentNullException.ThrowIfNull(costs);
        if (!costs.All(float.IsFinite) || rounds is < 0 or > MaximumRounds) throw new ArgumentException($"Expected finite costs and 0 to {MaximumRounds} rounds, got {rounds}.");
        (Costs, Rounds) = ([.. costs], rounds);
    }

    /// <summary>Mean loss a_x E[Dᵢ] of each feature over held-out rows, on the scale of the loss; [m]. Where a_x differs between rows, it is that of the mean row.</summary>
    public IReadOnlyList<float> Costs { get; }

    /// <summary>How often missing values are replaced by their reconstruction.</summary>
    public int Rounds { get; }
}
