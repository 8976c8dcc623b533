namespace Microsoft.ML.Vae.Core;

/// <summary>Log-determinants of Gram matrices, by Cholesky's elimination.</summary>
internal static class LogDeterminant
{
    /// <summary>A pivot below this share of its diagonal entry is what rounding leaves of a direction that others span: single-precision tangents give about 1e-14.</summary>
    public const double SmallestPivot = 1e-12;

    /// <summary>½ ln det A of a symmetric positive matrix, [k, k], whose lower triangle is read and overwritten; NaN where A is singular, indefinite or not finite.</summary>
    public static double HalfOf(Span<double> matrix, int k)
    {
        double sum = 0;
        for (int j = 0; j < k; j++)
        {
            var row = matrix.Slice(j * k, j + 1);
            double whole = row[j], pivot = whole;
            for (int l = 0; l < j; l++) pivot -= row[l] * row[l];
            if (!(pivot > SmallestPivot * whole) || !double.IsFinite(pivot)) return double.NaN;
            row[j] = Math.Sqrt(pivot);
            sum += Math.Log(row[j]);
            for (int i = j + 1; i < k; i++)
            {
                var below = matrix.Slice(i * k, j + 1);
                for (int l = 0; l < j; l++) below[j] -= below[l] * row[l];
                below[j] /= row[j];
            }
        }
        return sum;
    }
}
