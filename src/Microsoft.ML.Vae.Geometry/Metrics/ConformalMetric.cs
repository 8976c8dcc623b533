namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// λ(z)² JᵀJ: lengths of the image, multiplied by a factor that depends on the latent point. With a factor that is 1 on the data and grows away from them
/// (<c>RbfScaleFit.Around</c>), every step off the data costs, and geodesics stay on them. In a stacked standard deviation only its change costs, and a curve that has left
/// the data may run beside them for nothing.
/// </summary>
/// <remarks>
/// Factors from a density of the codes, on the plain latent metric: Arvanitidis, Georgiev, Schölkopf 2022, A prior-based approximate latent Riemannian metric. The product with JᵀJ
/// is ours. Γ(u, v) is that of JᵀJ plus (∇ln λ·u) v + (∇ln λ·v) u − (uᵀJᵀJv)(JᵀJ)⁻¹∇ln λ; exact where map and factor know their second derivatives.
/// </remarks>
public sealed class ConformalMetric : IRiemannianMetric
{
    private readonly IImmersion _immersion, _factor;
    private readonly PullbackMetric _plain;

    /// <summary>The metric of a map, scaled.</summary>
    /// <param name="immersion">f.</param>
    /// <param name="factor">λ &gt; 0, a map of the same latent space to one dimension.</param>
    /// <exception cref="ArgumentException">The factor has another latent dimension, or several outputs.</exception>
    public ConformalMetric(IImmersion immersion, IImmersion factor)
    {
        ArgumentNullException.ThrowIfNull(immersion);
        ArgumentNullException.ThrowIfNull(factor);
        if ((factor.LatentDimension, factor.AmbientDimension) != (immersion.LatentDimension, 1))
        {
            throw new ArgumentException(
                $"Expected a factor from {immersion.LatentDimension} dimensions to 1, got one from {factor.LatentDimension} to {factor.AmbientDimension}.", nameof(factor));
        }
        (_immersion, _factor, _plain) = (immersion, factor, new PullbackMetric(immersion));
    }

    /// <inheritdoc/>
    public int Dimension => _immersion.LatentDimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric)
    {
        Guard.Length(point, Dimension, nameof(point));
        Guard.Length(metric, Dimension * Dimension, nameof(metric));
        EvaluateAll(point, metric);
    }

    /// <inheritdoc/>
    public void EvaluateAll(ReadOnlySpan<double> points, Span<double> metrics)
    {
        int d = Dimension;
        _plain.EvaluateAll(points, metrics);
        for (int p = 0; p < points.Length / d; p++)
        {
            double factor = Factor(points.Slice(p * d, d));
            foreach (ref double entry in metrics.Slice(p * d * d, d * d)) entry *= factor * factor;
        }
    }

    /// <inheritdoc/>
    public bool TryChristoffel(ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        int D = _immersion.AmbientDimension;
        using var scratch = new Scratch(D + (Dimension * Dimension));
        Span<double> second = scratch.Take(D), gram = scratch.Take(Dimension * Dimension);
        Polarisation.Mixed(_immersion, point, u, v, second);
        Tangential(point, u, v, second, default, gram, result);
        if (!Cholesky.TryFactor(gram, Dimension)) return false;
        Cholesky.Solve(gram, result);
        return DenseAlgebra.AllFinite(result);
    }

    /// <inheritdoc/>
    public void EnergyGradients(
        ReadOnlySpan<double> points, ReadOnlySpan<double> velocities, Span<double> energies, Span<double> byPoints, Span<double> byVelocities)
    {
        int d = Dimension;
        using var scratch = new Scratch(d);
        Span<double> slope = scratch.Take(d);
        _plain.EnergyGradients(points, velocities, energies, byPoints, byVelocities);
        // e = λ² e₀: ∂e = λ² ∂e₀ + 2 λ e₀ ∇λ.
        for (int p = 0; p < energies.Length; p++)
        {
            ReadOnlySpan<double> point = points.Slice(p * d, d);
            double factor = Factor(point);
            _factor.Jacobian(point, slope);
            for (int i = 0; i < d; i++)
            {
                byPoints[(p * d) + i] = factor * ((factor * byPoints[(p * d) + i]) + (2 * energies[p] * slope[i]));
                byVelocities[(p * d) + i] *= factor * factor;
            }
            energies[p] *= factor * factor;
        }
    }

    /// <inheritdoc/>
    public double CovariantAcceleration(ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, ReadOnlySpan<double> acceleration)
    {
        int d = Dimension, D = _immersion.AmbientDimension;
        using var scratch = new Scratch(D + (d * d) + d);
        Span<double> second = scratch.Take(D), gram = scratch.Take(d * d), tangential = scratch.Take(d);
        _immersion.SecondDerivative(point, velocity, second);
        Tangential(point, velocity, velocity, second, acceleration, gram, tangential);
        if (!Cholesky.TryFactor(gram, d)) return double.PositiveInfinity;
        Cholesky.SolveLower(gram, tangential);
        return Factor(point) * DenseAlgebra.Norm(tangential);
    }

    ICurveEnergy IRiemannianMetric.CreateEnergy(int segments) => new ConformalEnergy(_immersion, _factor, segments);

    private double Factor(ReadOnlySpan<double> point)
    {
        Span<double> factor = stackalloc double[1];
        _factor.Evaluate(point, factor);
        return factor[0];
    }

    /// <summary>Writes JᵀJ, and JᵀJ (a + Γ(u, v)) = Jᵀ(J a + D²f[u, v]) + (∇ln λ·u) JᵀJv + (∇ln λ·v) JᵀJu − (uᵀJᵀJv)∇ln λ; no a is zero.</summary>
    private void Tangential(
        ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> second, ReadOnlySpan<double> a, Span<double> gram, Span<double> result)
    {
        int d = Dimension, D = _immersion.AmbientDimension;
        using var scratch = new Scratch((D * d) + D + (2 * d));
        Span<double> jacobian = scratch.Take(D * d), pushed = scratch.Take(D), slope = scratch.Take(d), product = scratch.Take(d);
        _immersion.Jacobian(point, jacobian);
        PullbackMetric.Gram(jacobian, default, d, gram);
        if (!a.IsEmpty)
        {
            DenseAlgebra.TimesVector(jacobian, a, pushed);
            DenseAlgebra.AddScaled(pushed, 1, second);
        }
        DenseAlgebra.TransposedTimesVector(jacobian, second, result);
        _factor.Jacobian(point, slope);
        double factor = Factor(point);
        for (int i = 0; i < d; i++) slope[i] /= factor;
        DenseAlgebra.AddScaled(slope, -DenseAlgebra.Bilinear(u, gram, v), result);
        DenseAlgebra.TimesVector(gram, v, product);
        DenseAlgebra.AddScaled(product, DenseAlgebra.Dot(slope, u), result);
        DenseAlgebra.TimesVector(gram, u, product);
        DenseAlgebra.AddScaled(product, DenseAlgebra.Dot(slope, v), result);
    }
}
