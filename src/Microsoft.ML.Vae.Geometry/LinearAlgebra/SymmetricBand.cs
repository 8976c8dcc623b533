namespace Microsoft.ML.Vae.Geometry;

/// <summary>A symmetric matrix of order n with b sub-diagonals; its lower band is stored row by row, the diagonal last.</summary>
internal sealed class SymmetricBand(int order, int bandwidth)
{
    private readonly double[] _band = new double[order * (bandwidth + 1)];

    public int Order => order;

    /// <summary>Entry (i, j), where i ≥ j ≥ i − b.</summary>
    public double this[int i, int j]
    {
        get => _band[(i * (bandwidth + 1)) + bandwidth - i + j];
        private set => _band[(i * (bandwidth + 1)) + bandwidth - i + j] = value;
    }

    public void Clear() => Array.Clear(_band);

    /// <summary>Adds to entry (i, j), where i ≥ j ≥ i − b.</summary>
    public void Add(int i, int j, double value) => _band[(i * (bandwidth + 1)) + bandwidth - i + j] += value;

    /// <summary>This = a A + b B.</summary>
    public void Combine(double a, SymmetricBand A, double b, SymmetricBand B)
    {
        for (int i = 0; i < _band.Length; i++) _band[i] = (a * A._band[i]) + (b * B._band[i]);
    }

    /// <summary>Adds to every diagonal entry a fraction of the largest one.</summary>
    public void AddRidge(double fraction)
    {
        double largest = 0;
        for (int i = 0; i < order; i++) largest = Math.Max(largest, this[i, i]);
        for (int i = 0; i < order; i++) Add(i, i, fraction * largest);
    }

    /// <summary>Takes unknown i out: its row and column become those of the identity.</summary>
    public void Pin(int i)
    {
        Row(i, i - First(i) + 1).Clear();
        for (int k = i + 1; k < Math.Min(order, i + bandwidth + 1); k++) this[k, i] = 0;
        this[i, i] = 1;
    }

    /// <summary>Overwrites the band with its Cholesky factor; false if the matrix is not positive definite and finite.</summary>
    public bool TryFactor()
    {
        for (int i = 0; i < order; i++)
        {
            int first = First(i);
            Span<double> row = Row(i, i - first + 1);
            double diagonal = row[^1];
            for (int j = first; j < i; j++)
            {
                int start = Math.Max(first, First(j));
                ReadOnlySpan<double> above = Row(j, j - start + 1);
                double sum = DenseAlgebra.Dot(row[(start - first)..(j - first)], above[..^1]);
                row[j - first] = (row[j - first] - sum) / above[^1];
            }
            double pivot = diagonal - DenseAlgebra.Dot(row[..^1], row[..^1]);
            if (!(pivot > PivotFloor * Math.Abs(diagonal)) || !double.IsFinite(pivot)) return false;
            row[^1] = Math.Sqrt(pivot);
        }
        return true;
    }

    /// <summary>Solves A x = b in place, after <see cref="TryFactor"/>.</summary>
    public void Solve(Span<double> x)
    {
        for (int i = 0; i < order; i++)
        {
            ReadOnlySpan<double> row = Row(i, i - First(i) + 1);
            x[i] = (x[i] - DenseAlgebra.Dot(row[..^1], x[First(i)..i])) / row[^1];
        }
        for (int i = order - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = Row(i, i - First(i) + 1);
            x[i] /= row[^1];
            DenseAlgebra.AddScaled(row[..^1], -x[i], x[First(i)..i]);
        }
    }

    // A pivot that has lost all but this share of its diagonal entry is round-off.
    private const double PivotFloor = 1e-14;

    private int First(int i) => Math.Max(0, i - bandwidth);

    private Span<double> Row(int i, int length) => _band.AsSpan(((i + 1) * (bandwidth + 1)) - length, length);
}
