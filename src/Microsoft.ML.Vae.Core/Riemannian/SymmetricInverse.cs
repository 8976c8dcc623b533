namespace Microsoft.ML.Vae.Core;

/// <summary>Inverses of small symmetric positive matrices, by Gauss–Jordan elimination.</summary>
internal static class SymmetricInverse
{
    /// <summary>Replaces A, [k, k], by its inverse; false where it is singular, indefinite or not finite, and A is then of no use.</summary>
    public static bool TryInvert(Span<double> matrix, int k)
    {
        Span<double> diagonal = stackalloc double[k];
        for (int j = 0; j < k; j++) diagonal[j] = matrix[(j * k) + j];
        for (int j = 0; j < k; j++)
        {
            double pivot = matrix[(j * k) + j];
            if (!(pivot > LogDeterminant.SmallestPivot * diagonal[j]) || !double.IsFinite(pivot)) return false;
            matrix[(j * k) + j] = 1;
            for (int c = 0; c < k; c++) matrix[(j * k) + c] /= pivot;
            for (int r = 0; r < k; r++)
            {
                double factor = matrix[(r * k) + j];
                if (r == j) continue;
                matrix[(r * k) + j] = 0;
                for (int c = 0; c < k; c++) matrix[(r * k) + c] -= factor * matrix[(j * k) + c];
            }
        }
        return true;
    }
}
