namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// z ↦ (f(z), g(z)). With f the mean and g the standard deviation of a noisy decoder, its pull-back JμᵀJμ + JσᵀJσ is the
/// expected metric of the decoder.
/// </summary>
/// <remarks>Arvanitidis, Hansen, Hauberg 2018, Latent Space Oddity, eq. 5.</remarks>
public sealed class StackedImmersion : ISecondOrderImmersion
{
    private readonly IImmersion _first, _second;

    /// <summary>Stacks two maps of the same latent space.</summary>
    /// <param name="first">f.</param>
    /// <param name="second">g.</param>
    /// <exception cref="ArgumentException">The latent dimensions differ.</exception>
    public StackedImmersion(IImmersion first, IImmersion second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.LatentDimension != second.LatentDimension)
        {
            throw new ArgumentException(
                $"Expected {first.LatentDimension} latent dimensions, as of the first map, got {second.LatentDimension}.", nameof(second));
        }

        (_first, _second) = (first, second);
    }

    /// <inheritdoc/>
    public int LatentDimension => _first.LatentDimension;

    /// <inheritdoc/>
    public int AmbientDimension => _first.AmbientDimension + _second.AmbientDimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point)
    {
        _first.Evaluate(latent, point[..Split]);
        _second.Evaluate(latent, point[Split..]);
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        _first.Jacobian(latent, jacobian[..(Split * LatentDimension)]);
        _second.Jacobian(latent, jacobian[(Split * LatentDimension)..]);
    }

    /// <inheritdoc/>
    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        SecondDerivatives.Along(_first, latent, direction, result[..Split]);
        SecondDerivatives.Along(_second, latent, direction, result[Split..]);
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        using var scratch = new Scratch(hessian.Length);
        Span<double> second = scratch.Take(hessian.Length);
        SecondDerivatives.WeightedHessian(_first, latent, weights[..Split], hessian);
        SecondDerivatives.WeightedHessian(_second, latent, weights[Split..], second);
        MatrixProduct.AddScaled(second, 1, hessian);
    }

    /// <inheritdoc/>
    public void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        using var scratch = new Scratch(hessian.Length);
        Span<double> second = scratch.Take(hessian.Length);
        int split = Split * LatentDimension;
        SecondDerivatives.JacobianAndHessian(_first, latent, weights[..Split], jacobian[..split], hessian);
        SecondDerivatives.JacobianAndHessian(_second, latent, weights[Split..], jacobian[split..], second);
        MatrixProduct.AddScaled(second, 1, hessian);
    }

    private int Split => _first.AmbientDimension;
}
