namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// z ↦ s z. Stacked below a decoder it gives the metric a floor, JᵀJ + s²I, where the decoder does not answer to some direction and
/// geodesics would be free to wander.
/// </summary>
public sealed class ScaledIdentity : IImmersion
{
    private readonly double _scale;

    /// <param name="dimension">d.</param>
    /// <param name="scale">s &gt; 0, in units of the decoder's output per latent unit.</param>
    public ScaledIdentity(int dimension, double scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        (LatentDimension, _scale) = (dimension, scale);
    }

    /// <inheritdoc/>
    public int LatentDimension { get; }

    /// <inheritdoc/>
    public int AmbientDimension => LatentDimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point)
    {
        for (int i = 0; i < latent.Length; i++) point[i] = _scale * latent[i];
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        jacobian.Clear();
        for (int i = 0; i < latent.Length; i++) jacobian[(i * latent.Length) + i] = _scale;
    }

    /// <inheritdoc/>
    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result) => result.Clear();

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian) => hessian.Clear();
}
