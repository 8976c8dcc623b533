namespace Microsoft.ML.Vae.Geometry;

/// <summary>A general system whose entries lie within b of the diagonal, solved by elimination with partial pivoting.</summary>
internal sealed class BandedSystem(int order, int bandwidth)
{
    // Pivoting moves a row by up to b, and with it b further entries beyond the band.
    private readonly int _width = (3 * bandwidth) + 1;
    private readonly double[] _rows = new double[order * ((3 * bandwidth) + 1)];

    public void Clear() => Array.Clear(_rows);

    /// <summary>Entry (i, j), where |i − j| ≤ b; after pivoting also up to 2b above the diagonal.</summary>
    public ref double this[int i, int j] => ref _rows[(i * _width) + j - i + bandwidth];

    /// <summary>Overwrites b with the solution, and the matrix. False if it is singular or not finite.</summary>
    public bool TrySolve(Span<double> b)
    {
        for (int k = 0; k < order; k++)
        {
            int last = Math.Min(order - 1, k + bandwidth), pivot = k;
            for (int i = k + 1; i <= last; i++)
            {
                if (Math.Abs(this[i, k]) > Math.Abs(this[pivot, k])) pivot = i;
            }
            double largest = this[pivot, k];
            if (largest == 0 || !double.IsFinite(largest)) return false;
            int end = Math.Min(order - 1, k + (2 * bandwidth));
            if (pivot != k) Swap(b, k, pivot, end);
            for (int i = k + 1; i <= last; i++)
            {
                double factor = this[i, k] / largest;
                if (factor == 0) continue;
                for (int j = k; j <= end; j++) this[i, j] -= factor * this[k, j];
                b[i] -= factor * b[k];
            }
        }
        for (int i = order - 1; i >= 0; i--)
        {
            for (int j = i + 1; j <= Math.Min(order - 1, i + (2 * bandwidth)); j++) b[i] -= this[i, j] * b[j];
            b[i] /= this[i, i];
        }
        return DenseAlgebra.AllFinite(b);
    }

    private void Swap(Span<double> b, int upper, int lower, int end)
    {
        for (int j = upper; j <= end; j++) (this[upper, j], this[lower, j]) = (this[lower, j], this[upper, j]);
        (b[upper], b[lower]) = (b[lower], b[upper]);
    }
}
