namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Cholesky factorisation A = L Lᵀ of a symmetric positive definite matrix, in place and without pivoting.
/// A matrix that is singular, indefinite or not finite is reported as a status, never as a NaN.
/// </summary>
/// <remarks>Matrices are [n, n], row-major. Only the lower triangle of A is read; only the lower triangle of L is written.</remarks>
internal static class Cholesky
{
    /// <summary>Overwrites the lower triangle of <paramref name="matrix"/> with L; the strict upper triangle is left as it was.</summary>
    /// <param name="matrix">A, [n, n]; on success its lower triangle holds L.</param>
    /// <param name="n">Order of the matrix.</param>
    /// <returns>
    /// False if a pivot is not finite or not above n·ε times its diagonal entry: A is singular to working accuracy or
    /// indefinite, and the content of <paramref name="matrix"/> is of no use.
    /// </returns>
    /// <exception cref="ArgumentException">The span is not n × n long.</exception>
    public static bool TryFactor(Span<double> matrix, int n)
    {
        Guard.Length(matrix, n * n, nameof(matrix));
        for (int j = 0; j < n; j++)
        {
            Span<double> row = matrix.Slice(j * n, n);
            double diagonal = row[j];
            double pivot = diagonal - DenseAlgebra.Dot(row[..j], row[..j]);
            if (!(pivot > n * DoubleEpsilon * diagonal) || !double.IsFinite(pivot)) return false;
            row[j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < n; i++)
            {
                Span<double> below = matrix.Slice(i * n, n);
                below[j] = (below[j] - DenseAlgebra.Dot(below[..j], row[..j])) / row[j];
            }
        }
        return true;
    }

    /// <summary>Solves A x = b in place, given L.</summary>
    /// <param name="factor">L, [n, n], of <see cref="TryFactor"/>.</param>
    /// <param name="vector">b, [n]; on return x.</param>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> vector)
    {
        SolveLower(factor, vector);
        SolveLowerTransposed(factor, vector);
    }

    /// <summary>Solves L y = b in place.</summary>
    /// <param name="factor">L, [n, n].</param>
    /// <param name="vector">b, [n]; on return y.</param>
    public static void SolveLower(ReadOnlySpan<double> factor, Span<double> vector)
    {
        int n = vector.Length;
        for (int i = 0; i < n; i++)
            vector[i] = (vector[i] - DenseAlgebra.Dot(factor.Slice(i * n, i), vector[..i])) / factor[(i * n) + i];
    }

    /// <summary>Solves Lᵀ x = y in place. With y ~ N(0, I) the solution is distributed as N(0, A⁻¹).</summary>
    /// <param name="factor">L, [n, n].</param>
    /// <param name="vector">y, [n]; on return x.</param>
    public static void SolveLowerTransposed(ReadOnlySpan<double> factor, Span<double> vector)
    {
        int n = vector.Length;
        for (int i = n - 1; i >= 0; i--)
        {
            double x = vector[i] /= factor[(i * n) + i];
            for (int k = 0; k < i; k++) vector[k] -= factor[(i * n) + k] * x;
        }
    }

    /// <summary>log det A = 2 Σ log Lᵢᵢ.</summary>
    /// <param name="factor">L, [n, n].</param>
    /// <param name="n">Order of the matrix.</param>
    public static double LogDeterminant(ReadOnlySpan<double> factor, int n)
    {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += Math.Log(factor[(i * n) + i]);
        return 2 * sum;
    }

    private const double DoubleEpsilon = 2.220446049250313e-16;
}
