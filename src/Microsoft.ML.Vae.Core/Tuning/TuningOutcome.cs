namespace Microsoft.ML.Vae.Core;

/// <summary>What a setting earned without labels.</summary>
/// <param name="LogDensity">Mean log-density of held-out rows, nats (a lower bound); higher is better.</param>
/// <param name="IsometryError">How far the latents are from isometric; 0 is perfect.</param>
public readonly record struct TuningOutcome(double LogDensity, double IsometryError)
{
    /// <summary>Nats of density that one unit of isometry error weighs: enough to part settings of equal density, too little to buy a worse one.</summary>
    public const double IsometryWeight = 0.5;

    /// <summary>What a search minimises.</summary>
    public double Loss => -LogDensity + (IsometryWeight * IsometryError);
}
