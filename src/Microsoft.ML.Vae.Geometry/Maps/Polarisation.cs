namespace Microsoft.ML.Vae.Geometry;

/// <summary>The mixed second derivative from those along lines: D²f[u, v] = ¼ (D²f[u+v, u+v] − D²f[u−v, u−v]).</summary>
internal static class Polarisation
{
    /// <summary>Writes D²f(z)[u, v], [D].</summary>
    public static void Mixed(IImmersion immersion, ReadOnlySpan<double> latent, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        if (u.SequenceEqual(v))
        {
            immersion.SecondDerivative(latent, u, result);
            return;
        }
        int d = latent.Length;
        using var scratch = new Scratch((2 * d) + result.Length);
        Span<double> sum = scratch.Take(d), difference = scratch.Take(d), second = scratch.Take(result.Length);
        for (int i = 0; i < d; i++) (sum[i], difference[i]) = (u[i] + v[i], u[i] - v[i]);
        immersion.SecondDerivative(latent, sum, result);
        immersion.SecondDerivative(latent, difference, second);
        for (int i = 0; i < result.Length; i++) result[i] = 0.25 * (result[i] - second[i]);
    }
}
