namespace Microsoft.ML.Vae.Geometry;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: slow for large n, exact for small.</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 50;

    /// <param name="matrix">A, [n, n], finite; on return diagonal, with the eigenvalues in no particular order.</param>
    /// <param name="vectors">On return V with A = V diag V ᵀ: column k belongs to value k, [n, n].</param>
    /// <param name="n">Order.</param>
    public static void Decompose(Span<double> matrix, Span<double> vectors, int n)
    {
        vectors.Clear();
        for (int i = 0; i < n; i++) vectors[(i * n) + i] = 1;
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++) rotated |= Rotate(matrix, vectors, n, p, q);
            }
            if (!rotated) return;
        }
    }

    /// <summary>Annihilates entry (p, q); false if it is already negligible beside the diagonal.</summary>
    private static bool Rotate(Span<double> a, Span<double> vectors, int n, int p, int q)
    {
        double off = a[(p * n) + q];
        if (Math.Abs(off) <= 1e-17 * Math.Sqrt(Math.Abs(a[(p * n) + p] * a[(q * n) + q])) || Math.Abs(off) < double.Epsilon * 1e16) return false;
        double theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * off);
        double t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(1 + (theta * theta)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        for (int k = 0; k < n; k++)
        {
            (a[(k * n) + p], a[(k * n) + q]) = ((c * a[(k * n) + p]) - (s * a[(k * n) + q]), (s * a[(k * n) + p]) + (c * a[(k * n) + q]));
            (vectors[(k * n) + p], vectors[(k * n) + q]) = ((c * vectors[(k * n) + p]) - (s * vectors[(k * n) + q]), (s * vectors[(k * n) + p]) + (c * vectors[(k * n) + q]));
        }
        for (int k = 0; k < n; k++)
            (a[(p * n) + k], a[(q * n) + k]) = ((c * a[(p * n) + k]) - (s * a[(q * n) + k]), (s * a[(p * n) + k]) + (c * a[(q * n) + k]));
        (a[(p * n) + q], a[(q * n) + p]) = (0, 0);
        return true;
    }
}
