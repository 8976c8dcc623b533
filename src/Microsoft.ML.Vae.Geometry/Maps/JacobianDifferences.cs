namespace Microsoft.ML.Vae.Geometry;

/// <summary>Second derivatives of a map from its Jacobians at neighbouring points: what an <see cref="IImmersion"/> falls back on that does not know its own.</summary>
internal static class JacobianDifferences
{
    private const double CubeRootOfEpsilon = 6.055454452393343e-06;

    /// <summary>Writes D²f(z)[v, v].</summary>
    public static void Along(IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        int d = latent.Length, D = result.Length;
        double length = DenseAlgebra.Norm(direction);
        result.Clear();
        if (length == 0) return;
        double h = Step(latent) / length;
        using var scratch = new Scratch(d + (D * d) + D);
        Span<double> moved = scratch.Take(d), jacobian = scratch.Take(D * d), derivative = scratch.Take(D);
        foreach (double side in (ReadOnlySpan<double>)[1, -1])
        {
            for (int i = 0; i < d; i++) moved[i] = latent[i] + (side * h * direction[i]);
            immersion.Jacobian(moved, jacobian);
            DenseAlgebra.TimesVector(jacobian, direction, derivative);
            DenseAlgebra.AddScaled(derivative, side / (2 * h), result);
        }
    }

    /// <summary>Writes Σᵢ wᵢ ∇²fᵢ(z), symmetric.</summary>
    public static void WeightedHessian(IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
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
            DenseAlgebra.TransposedTimesVector(jacobian, weights, gradient);
            for (int i = 0; i < d; i++)
            {
                double half = side * gradient[i] / (4 * h);
                hessian[(k % d * d) + i] += half;
                hessian[(i * d) + (k % d)] += half;
            }
        }
    }

    private static double Step(ReadOnlySpan<double> latent) => CubeRootOfEpsilon * (1 + DenseAlgebra.Norm(latent));
}
