namespace Microsoft.ML.Vae.Core;

/// <summary>A bound and its parts: sums over features, averages over rows, nats.</summary>
/// <param name="Value">The bound; maximised.</param>
/// <param name="LogLikelihood">E_q log p(x|z); of a squared error −D. The mean over draws.</param>
/// <param name="Kl">KL(q(z|x) ‖ p(z)); the mean over draws where it has no closed form.</param>
public readonly record struct BoundTerms(double Value, double LogLikelihood, double Kl)
{
    /// <summary>−bound; minimised.</summary>
    public double Loss => -Value;
}
