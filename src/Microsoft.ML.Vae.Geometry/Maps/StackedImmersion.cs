namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// z ↦ (f(z), g(z)). With f the mean and g the standard deviation of a noisy decoder, its pull-back JμᵀJμ + JσᵀJσ is the
/// expected metric of the decoder.
/// </summary>
/// <remarks>Arvanitidis, Hansen, Hauberg 2018, Latent Space Oddity, eq. 5.</remarks>
public sealed class StackedImmersion : IImmersion
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
        _first.SecondDerivative(latent, direction, result[..Split]);
        _second.SecondDerivative(latent, direction, result[Split..]);
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        using var scratch = new Scratch(hessian.Length);
        Span<double> second = scratch.Take(hessian.Length);
        _first.WeightedHessian(latent, weights[..Split], hessian);
        _second.WeightedHessian(latent, weights[Split..], second);
        DenseAlgebra.AddScaled(second, 1, hessian);
    }

    /// <inheritdoc/>
    public void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        using var scratch = new Scratch(hessian.Length);
        Span<double> second = scratch.Take(hessian.Length);
        int split = Split * LatentDimension;
        _first.JacobianAndHessian(latent, weights[..Split], jacobian[..split], hessian);
        _second.JacobianAndHessian(latent, weights[Split..], jacobian[split..], second);
        DenseAlgebra.AddScaled(second, 1, hessian);
    }

    /// <inheritdoc/>
    public void EvaluateAll(ReadOnlySpan<double> latents, Span<double> points)
    {
        int n = latents.Length / LatentDimension, rest = _second.AmbientDimension;
        using var scratch = new Scratch(n * AmbientDimension);
        Span<double> first = scratch.Take(n * Split), second = scratch.Take(n * rest);
        _first.EvaluateAll(latents, first);
        _second.EvaluateAll(latents, second);
        Interleave(first, second, n, points);
    }

    /// <inheritdoc/>
    public void JacobianAll(ReadOnlySpan<double> latents, Span<double> jacobians)
    {
        int d = LatentDimension, n = latents.Length / d, rest = _second.AmbientDimension;
        using var scratch = new Scratch(n * AmbientDimension * d);
        Span<double> first = scratch.Take(n * Split * d), second = scratch.Take(n * rest * d);
        _first.JacobianAll(latents, first);
        _second.JacobianAll(latents, second);
        Interleave(first, second, n, jacobians);
    }

    /// <inheritdoc/>
    public void JacobianAndHessianAll(ReadOnlySpan<double> latents, ReadOnlySpan<double> weights, Span<double> jacobians, Span<double> hessians)
    {
        int d = LatentDimension, n = latents.Length / d, rest = _second.AmbientDimension;
        using var scratch = new Scratch((n * AmbientDimension * (1 + d)) + hessians.Length);
        Span<double> firstWeights = scratch.Take(n * Split), secondWeights = scratch.Take(n * rest);
        Span<double> first = scratch.Take(n * Split * d), second = scratch.Take(n * rest * d), added = scratch.Take(hessians.Length);
        for (int p = 0; p < n; p++)
        {
            ReadOnlySpan<double> both = weights.Slice(p * AmbientDimension, AmbientDimension);
            both[..Split].CopyTo(firstWeights[(p * Split)..]);
            both[Split..].CopyTo(secondWeights[(p * rest)..]);
        }
        _first.JacobianAndHessianAll(latents, firstWeights, first, hessians);
        _second.JacobianAndHessianAll(latents, secondWeights, second, added);
        DenseAlgebra.AddScaled(added, 1, hessians);
        Interleave(first, second, n, jacobians);
    }

    private static void Interleave(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int n, Span<double> rows)
    {
        int split = first.Length / n, rest = second.Length / n;
        for (int p = 0; p < n; p++)
        {
            first.Slice(p * split, split).CopyTo(rows[(p * (split + rest))..]);
            second.Slice(p * rest, rest).CopyTo(rows[((p * (split + rest)) + split)..]);
        }
    }

    private int Split => _first.AmbientDimension;
}
