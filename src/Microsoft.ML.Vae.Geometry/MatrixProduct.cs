namespace Microsoft.ML.Vae.Geometry;

/// <summary>The few dense products that the geometry needs. Matrices are row-major.</summary>
internal static class MatrixProduct
{
    /// <summary>y = A x, A: [y.Length, x.Length].</summary>
    public static void TimesVector(ReadOnlySpan<double> matrix, ReadOnlySpan<double> x, Span<double> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = Dot(matrix.Slice(i * x.Length, x.Length), x);
    }

    /// <summary>y = Aᵀ x, A: [x.Length, y.Length].</summary>
    public static void TransposedTimesVector(ReadOnlySpan<double> matrix, ReadOnlySpan<double> x, Span<double> y)
    {
        y.Clear();
        for (int i = 0; i < x.Length; i++) AddScaled(matrix.Slice(i * y.Length, y.Length), x[i], y);
    }

    /// <summary>y += s x.</summary>
    public static void AddScaled(ReadOnlySpan<double> x, double s, Span<double> y)
    {
        for (int i = 0; i < x.Length; i++) y[i] += s * x[i];
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>xᵀ A y, A: [x.Length, y.Length].</summary>
    public static double Bilinear(ReadOnlySpan<double> x, ReadOnlySpan<double> matrix, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * Dot(matrix.Slice(i * y.Length, y.Length), y);
        return sum;
    }

    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>Copies the lower triangle of an [n, n] matrix onto its upper one.</summary>
    public static void MirrorLower(Span<double> matrix, int n)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) matrix[j * n + i] = matrix[i * n + j];
        }
    }

    public static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value)) return false;
        }

        return true;
    }
}
