namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The metric that an immersion f pulls back from its ambient space: G = JᵀJ, so that lengths of latent curves are lengths of
/// their images. Of a noisy decoder, take it of the <see cref="StackedImmersion"/> of mean and standard deviation.
/// </summary>
/// <remarks>
/// Arvanitidis, Hansen, Hauberg 2018, Latent Space Oddity. Γ(u, v) = G⁻¹Jᵀ D²f[u, v]: exact where f knows its second derivatives, otherwise with the error of the differences
/// that <see cref="IImmersion"/> makes.
/// </remarks>
public sealed class PullbackMetric : IRiemannianMetric
{
    // Points whose Jacobians are held at a time.
    private const int Together = 16;

    /// <summary>The metric of <paramref name="immersion"/>, which must be thread-safe if this metric is to be.</summary>
    /// <param name="immersion">f.</param>
    public PullbackMetric(IImmersion immersion)
    {
        ArgumentNullException.ThrowIfNull(immersion);
        Immersion = immersion;
    }

    /// <summary>f.</summary>
    public IImmersion Immersion { get; }

    /// <inheritdoc/>
    public int Dimension => Immersion.LatentDimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric) => Evaluate(point, default, metric);

    /// <summary>Writes JᵀG_xJ for a diagonal metric G_x of the ambient space, as a likelihood defines it.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="ambientWeight">The diagonal of G_x at f(z), [D]; empty for the identity.</param>
    /// <param name="metric">JᵀG_xJ, [d, d].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    internal void Evaluate(ReadOnlySpan<double> point, ReadOnlySpan<double> ambientWeight, Span<double> metric)
    {
        int d = Dimension, D = Immersion.AmbientDimension;
        Guard.Length(point, d, nameof(point));
        Guard.Length(metric, d * d, nameof(metric));
        if (!ambientWeight.IsEmpty) Guard.Length(ambientWeight, D, nameof(ambientWeight));
        using var scratch = new Scratch(D * d);
        Span<double> jacobian = scratch.Take(D * d);
        Immersion.Jacobian(point, jacobian);
        Gram(jacobian, ambientWeight, d, metric);
    }

    /// <inheritdoc/>
    public bool TryChristoffel(ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        int d = Dimension, D = Immersion.AmbientDimension;
        using var scratch = new Scratch((D * d) + D + (d * d));
        Span<double> jacobian = scratch.Take(D * d), second = scratch.Take(D), metric = scratch.Take(d * d);
        Immersion.Jacobian(point, jacobian);
        Gram(jacobian, default, d, metric);
        if (!Cholesky.TryFactor(metric, d)) return false;
        Polarisation.Mixed(Immersion, point, u, v, second);
        DenseAlgebra.TransposedTimesVector(jacobian, second, result);
        Cholesky.Solve(metric, result);
        return DenseAlgebra.AllFinite(result);
    }

    /// <inheritdoc/>
    public void EvaluateAll(ReadOnlySpan<double> points, Span<double> metrics)
    {
        int d = Dimension, size = Immersion.AmbientDimension * d;
        for (int first = 0, n = points.Length / d; first < n; first += Together)
        {
            int count = Math.Min(Together, n - first);
            using var scratch = new Scratch(count * size);
            Span<double> jacobians = scratch.Take(count * size);
            Immersion.JacobianAll(points.Slice(first * d, count * d), jacobians);
            for (int p = 0; p < count; p++) Gram(jacobians.Slice(p * size, size), default, d, metrics.Slice((first + p) * d * d, d * d));
        }
    }

    /// <inheritdoc/>
    public void EnergyGradients(
        ReadOnlySpan<double> points, ReadOnlySpan<double> velocities, Span<double> energies, Span<double> byPoints, Span<double> byVelocities)
    {
        int d = Dimension, D = Immersion.AmbientDimension;
        for (int first = 0; first < energies.Length; first += Together)
        {
            int count = Math.Min(Together, energies.Length - first);
            using var scratch = new Scratch(count * ((D * d) + D + (d * d)));
            Span<double> jacobians = scratch.Take(count * D * d), pushed = scratch.Take(count * D), hessians = scratch.Take(count * d * d);
            ReadOnlySpan<double> latents = points.Slice(first * d, count * d);
            Immersion.JacobianAll(latents, jacobians);
            for (int p = 0; p < count; p++)
                DenseAlgebra.TimesVector(jacobians.Slice(p * D * d, D * d), velocities.Slice((first + p) * d, d), pushed.Slice(p * D, D));
            // e = ½‖Jv‖²: ∂e/∂v = Jᵀ(Jv) and ∂e/∂z = (Σ (Jv)ᵢ∇²fᵢ) v.
            Immersion.JacobianAndHessianAll(latents, pushed, jacobians, hessians);
            for (int p = 0; p < count; p++)
            {
                Span<double> image = pushed.Slice(p * D, D);
                int at = (first + p) * d;
                DenseAlgebra.TimesVector(hessians.Slice(p * d * d, d * d), velocities.Slice(at, d), byPoints.Slice(at, d));
                DenseAlgebra.TransposedTimesVector(jacobians.Slice(p * D * d, D * d), image, byVelocities.Slice(at, d));
                energies[first + p] = 0.5 * DenseAlgebra.Dot(image, image);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Here the length of the tangential part of (f∘c)″.</remarks>
    public double CovariantAcceleration(ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, ReadOnlySpan<double> acceleration)
    {
        int d = Dimension, D = Immersion.AmbientDimension;
        using var scratch = new Scratch((D * d) + (2 * D) + (d * d) + d);
        Span<double> jacobian = scratch.Take(D * d), second = scratch.Take(D), pushed = scratch.Take(D), metric = scratch.Take(d * d), tangential = scratch.Take(d);
        Immersion.Jacobian(point, jacobian);
        Immersion.SecondDerivative(point, velocity, second);
        DenseAlgebra.TimesVector(jacobian, acceleration, pushed);
        DenseAlgebra.AddScaled(pushed, 1, second);
        DenseAlgebra.TransposedTimesVector(jacobian, second, tangential);
        Gram(jacobian, default, d, metric);
        if (!Cholesky.TryFactor(metric, d)) return double.PositiveInfinity;
        Cholesky.SolveLower(metric, tangential);
        return DenseAlgebra.Norm(tangential);
    }

    ICurveEnergy IRiemannianMetric.CreateEnergy(int segments) => new ImmersionEnergy(Immersion, segments);

    CurveLength IRiemannianMetric.LengthOf(LatentCurve curve, double relativeTolerance) => CurveLength.ByChords(Immersion, curve, relativeTolerance);

    /// <summary>JᵀWJ, both triangles; W the identity where no weight is given.</summary>
    internal static void Gram(ReadOnlySpan<double> jacobian, ReadOnlySpan<double> weight, int d, Span<double> gram)
    {
        gram.Clear();
        for (int row = 0; row < jacobian.Length / d; row++)
        {
            ReadOnlySpan<double> gradient = jacobian.Slice(row * d, d);
            double w = weight.IsEmpty ? 1 : weight[row];
            for (int i = 0; i < d; i++)
            {
                double scaled = w * gradient[i];
                for (int j = 0; j <= i; j++) gram[(i * d) + j] += scaled * gradient[j];
            }
        }
        DenseAlgebra.MirrorLower(gram, d);
    }
}
