namespace Microsoft.ML.Vae.Geometry;

/// <summary>Gaussian radial basis functions.</summary>
internal static class RbfBasis
{
    /// <summary>Writes exp(−g_k‖z − c_k‖²).</summary>
    public static void Evaluate(ReadOnlySpan<double> latent, ReadOnlySpan<double> centres, ReadOnlySpan<double> decay, Span<double> basis)
    {
        int d = latent.Length;
        for (int k = 0; k < basis.Length; k++)
        {
            double squared = 0;
            for (int j = 0; j < d; j++) squared += (latent[j] - centres[(k * d) + j]) * (latent[j] - centres[(k * d) + j]);
            basis[k] = Math.Exp(-decay[k] * squared);
        }
    }
}
