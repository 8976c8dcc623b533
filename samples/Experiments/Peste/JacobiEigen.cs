namespace Experiments.Peste;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations.</summary>
internal static class JacobiEigen
{
    private const int Sweeps = 30;

    /// <summary>Values, [k], and vectors in columns, [k, k], in no order.</summary>
    public static (double[] Values, double[] Vectors) Of(double[] symmetric, int k)
    {
        double[] a = [.. symmetric], v = new double[k * k];
        for (int i = 0; i < k; i++) v[(i * k) + i] = 1;
        for (int sweep = 0; sweep < Sweeps; sweep++)
            for (int p = 0; p < k; p++)
                for (int q = p + 1; q < k; q++) Rotate(a, v, k, p, q);
        return ([.. Enumerable.Range(0, k).Select(i => a[(i * k) + i])], v);
    }

    private static void Rotate(double[] a, double[] v, int k, int p, int q)
    {
        double off = a[(p * k) + q];
        if (off == 0) return;
        double theta = (a[(q * k) + q] - a[(p * k) + p]) / (2 * off), t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int i = 0; i < k; i++) (a[(i * k) + p], a[(i * k) + q]) = ((c * a[(i * k) + p]) - (s * a[(i * k) + q]), (s * a[(i * k) + p]) + (c * a[(i * k) + q]));
        for (int i = 0; i < k; i++) (a[(p * k) + i], a[(q * k) + i]) = ((c * a[(p * k) + i]) - (s * a[(q * k) + i]), (s * a[(p * k) + i]) + (c * a[(q * k) + i]));
        for (int i = 0; i < k; i++) (v[(i * k) + p], v[(i * k) + q]) = ((c * v[(i * k) + p]) - (s * v[(i * k) + q]), (s * v[(i * k) + p]) + (c * v[(i * k) + q]));
    }
}
