namespace Microsoft.ML.Vae.Geometry;

/// <summary>Gauss's elimination with partial pivoting.</summary>
internal static class LinearSystem
{
    /// <summary>Solves the dense system A x = b in place; A is overwritten. False if A is singular or not finite.</summary>
    public static bool TrySolve(Span<double> matrix, Span<double> vector)
    {
        int n = vector.Length;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < n; i++)
            {
                if (Math.Abs(matrix[(i * n) + k]) > Math.Abs(matrix[(pivot * n) + k])) pivot = i;
            }
            double largest = matrix[(pivot * n) + k];
            if (largest == 0 || !double.IsFinite(largest)) return false;
            if (pivot != k) SwapRows(matrix, vector, n, k, pivot);
            for (int i = k + 1; i < n; i++)
            {
                double factor = matrix[(i * n) + k] / largest;
                if (factor == 0) continue;
                DenseAlgebra.AddScaled(matrix.Slice((k * n) + k, n - k), -factor, matrix.Slice((i * n) + k, n - k));
                vector[i] -= factor * vector[k];
            }
        }
        for (int i = n - 1; i >= 0; i--)
            vector[i] = (vector[i] - DenseAlgebra.Dot(matrix.Slice((i * n) + i + 1, n - i - 1), vector[(i + 1)..])) / matrix[(i * n) + i];
        return DenseAlgebra.AllFinite(vector);
    }

    private static void SwapRows(Span<double> matrix, Span<double> vector, int n, int a, int b)
    {
        for (int j = 0; j < n; j++) (matrix[(a * n) + j], matrix[(b * n) + j]) = (matrix[(b * n) + j], matrix[(a * n) + j]);
        (vector[a], vector[b]) = (vector[b], vector[a]);
    }
}
