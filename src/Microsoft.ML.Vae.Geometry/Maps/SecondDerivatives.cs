namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Second derivatives of any immersion: exact where it offers them, otherwise central differences of its Jacobian with step
/// h = ε^⅓ (1 + |z|), whose error is about ε^⅔ ≈ 4e-11 relative to f‴ and J.
/// </summary>
public static class SecondDerivatives
{
    /// <summary>Writes D²f(z)[v, v].</summary>
    /// <param name="immersion">f.</param>
    /// <param name="latent">z, [d].</param>
    /// <param name="direction">v, [d].</param>
    /// <param name="result">[D].</param>
    public static void Along(IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        ArgumentNullException.ThrowIfNull(immersion);
        if (immersion is ISecondOrderImmersion exact) exact.SecondDerivative(latent, direction, result);
        else DifferenceAlong(immersion, latent, direction, result);
    }

    /// <summary>Writes D²f(z)[u, v], by polarisation where u ≠ v.</summary>
    /// <param name="immersion">f.</param>
    /// <param name="latent">z, [d].</param>
    /// <param name="u">[d].</param>
    /// <param name="v">[d].</param>
    /// <param name="result">[D].</param>
    public static void Mixed(
        IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        ArgumentNullException.ThrowIfNull(immersion);
        if (u.SequenceEqual(v))
        {
            Along(immersion, latent, u, result);
            return;
        }
        int d = latent.Length;
        using var scratch = new Scratch((2 * d) + result.Length);
        Span<double> sum = scratch.Take(d), difference = scratch.Take(d), second = scratch.Take(result.Length);
        for (int i = 0; i < d; i++) (sum[i], difference[i]) = (u[i] + v[i], u[i] - v[i]);
        Along(immersion, latent, sum, result);
        Along(immersion, latent, difference, second);
        for (int i = 0; i < result.Length; i++) result[i] = 0.25 * (result[i] - second[i]);
    }

    /// <summary>Writes Σᵢ wᵢ ∇²fᵢ(z), symmetric.</summary>
    /// <param name="immersion">f.</param>
    /// <param name="latent">z, [d].</param>
    /// <param name="weights">w, [D].</param>
    /// <param name="hessian">[d, d].</param>
    public static void WeightedHessian(
        IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        ArgumentNullException.ThrowIfNull(immersion);
        if (immersion is ISecondOrderImmersion exact) exact.WeightedHessian(latent, weights, hessian);
        else DifferenceHessian(immersion, latent, weights, hessian);
    }

    /// <summary>Writes J and Σᵢ wᵢ ∇²fᵢ(z).</summary>
    /// <param name="immersion">f.</param>
    /// <param name="latent">z, [d].</param>
    /// <param name="weights">w, [D].</param>
    /// <param name="jacobian">J, [D, d].</param>
    /// <param name="hessian">[d, d].</param>
    public static void JacobianAndHessian(
        IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        ArgumentNullException.ThrowIfNull(immersion);
        if (immersion is ISecondOrderImmersion exact)
        {
            exact.JacobianAndHessian(latent, weights, jacobian, hessian);
            return;
        }
        immersion.Jacobian(latent, jacobian);
        DifferenceHessian(immersion, latent, weights, hessian);
    }

    /// <summary>Writes J and Σᵢ wᵢ ∇²fᵢ at n points: [n, d] and [n, D] to [n, D, d] and [n, d, d].</summary>
    internal static void JacobianAndHessianAll(
        IImmersion immersion, ReadOnlySpan<double> latents, ReadOnlySpan<double> weights, Span<double> jacobians, Span<double> hessians)
    {
        if (immersion is ISecondOrderImmersion exact)
        {
            exact.JacobianAndHessianAll(latents, weights, jacobians, hessians);
            return;
        }
        int d = immersion.LatentDimension, D = immersion.AmbientDimension;
        for (int p = 0; p < latents.Length / d; p++)
        {
            immersion.Jacobian(latents.Slice(p * d, d), jacobians.Slice(p * D * d, D * d));
            DifferenceHessian(immersion, latents.Slice(p * d, d), weights.Slice(p * D, D), hessians.Slice(p * d * d, d * d));
        }
    }

    private static void DifferenceAlong(
        IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        int d = latent.Length, D = result.Length;
        double length = MatrixProduct.Norm(direction);
        result.Clear();
        if (length == 0) return;
        double h = Step(latent) / length;
        using var scratch = new Scratch(d + (D * d) + D);
        Span<double> moved = scratch.Take(d), jacobian = scratch.Take(D * d), derivative = scratch.Take(D);
        foreach (double side in (ReadOnlySpan<double>)[1, -1])
        {
            for (int i = 0; i < d; i++) moved[i] = latent[i] + (side * h * direction[i]);
            immersion.Jacobian(moved, jacobian);
            MatrixProduct.TimesVector(jacobian, direction, derivative);
            MatrixProduct.AddScaled(derivative, side / (2 * h), result);
        }
    }

    private static void DifferenceHessian(
        IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        int d = latent.Length, D = weights.Length;
        double h = Step(latent);
        using var scratch = new Scratch((2 * d) + (D * d));
        Span<double> moved = scratch.Take(d), gradient = scratch.Take(d), jacobian = scratch.Take(D * d);
        hessian.Clear();
        for (int k = 0; k < 2 * d; k++)
        {
            double side = k < d ? 1 : -1;
            latent.CopyTo(moved);
            moved[k % d] += side * h;
            immersion.Jacobian(moved, jacobian);
            MatrixProduct.TransposedTimesVector(jacobian, weights, gradient);
            for (int i = 0; i < d; i++)
            {
                double half = side * gradient[i] / (4 * h);
                hessian[(k % d * d) + i] += half;
                hessian[(i * d) + (k % d)] += half;
            }
        }
    }

    private static double Step(ReadOnlySpan<double> latent) => CubeRootOfEpsilon * (1 + MatrixProduct.Norm(latent));

    private const double CubeRootOfEpsilon = 6.055454452393343e-06;
}
