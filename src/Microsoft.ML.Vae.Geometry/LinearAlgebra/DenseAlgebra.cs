using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>Products of dense vectors and matrices, as few as the geometry needs. Matrices are row-major.</summary>
internal static class DenseAlgebra
{
    // Shorter vectors, such as latent ones, are not worth the SIMD registers' set-up.
    private const int LongLength = 16;

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

    /// <summary>Aᵀ, A: [rows, columns].</summary>
    public static void Transpose(ReadOnlySpan<double> matrix, int columns, Span<double> transposed)
    {
        int rows = matrix.Length / columns;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) transposed[(j * rows) + i] = matrix[(i * columns) + j];
        }
    }

    /// <summary>y += s x.</summary>
    public static void AddScaled(ReadOnlySpan<double> x, double s, Span<double> y)
    {
        int i = 0;
        if (x.Length >= LongLength)
        {
            ReadOnlySpan<Vector<double>> longX = MemoryMarshal.Cast<double, Vector<double>>(x);
            Span<Vector<double>> longY = MemoryMarshal.Cast<double, Vector<double>>(y)[..longX.Length];
            for (int v = 0; v < longX.Length; v++) longY[v] += s * longX[v];
            i = longX.Length * Vector<double>.Count;
        }
        for (; i < x.Length; i++) y[i] += s * x[i];
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        int i = 0;
        if (a.Length >= LongLength)
        {
            ReadOnlySpan<Vector<double>> longA = MemoryMarshal.Cast<double, Vector<double>>(a);
            ReadOnlySpan<Vector<double>> longB = MemoryMarshal.Cast<double, Vector<double>>(b)[..longA.Length];
            Vector<double> even = default, odd = default;
            for (int v = 0; v + 1 < longA.Length; v += 2) (even, odd) = (even + (longA[v] * longB[v]), odd + (longA[v + 1] * longB[v + 1]));
            if (longA.Length % 2 == 1) even += longA[^1] * longB[^1];
            sum = Vector.Sum(even + odd);
            i = longA.Length * Vector<double>.Count;
        }
        for (; i < a.Length; i++) sum += a[i] * b[i];
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

    /// <summary>‖a − b‖.</summary>
    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double squared = 0;
        for (int i = 0; i < a.Length; i++) squared += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(squared);
    }

    /// <summary>Copies the lower triangle of an [n, n] matrix onto its upper one.</summary>
    public static void MirrorLower(Span<double> matrix, int n)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) matrix[(j * n) + i] = matrix[(i * n) + j];
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
