using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>The affine combination of known rows that comes closest to a row: x̂ = Σ ωₖ bₖ with Σ ωₖ = 1, (G + λI) ω ∝ 1, G the Gram matrix of bₖ − x in the metric of the search.</summary>
/// <remarks>λ is a tenth of G's mean diagonal: the condition stays below 1 + rows/.1 = 201. Holds its buffers: one instance per thread.</remarks>
internal sealed class AffineCombination(ReferenceBank bank)
{
    /// <summary>λ as a share of the mean squared distance.</summary>
    public const double Ridge = 0.1;

    private const int Wide = ReferenceBank.WideCount;

    private readonly int _features = bank.FeatureCount;
    private readonly double[] _differences = new double[Wide * bank.FeatureCount], _gram = new double[Wide * Wide], _factor = new double[Wide * Wide], _weights = new double[Wide];

    /// <summary>Takes a row and its neighbours.</summary>
    /// <param name="searched">The row in the metric of the search, [m].</param>
    /// <param name="nearest">Known rows.</param>
    public void Begin(ReadOnlySpan<float> searched, ReadOnlySpan<int> nearest)
    {
        for (int k = 0; k < nearest.Length; k++)
        {
            var known = bank.Searched.AsSpan(nearest[k] * _features, _features);
            var difference = _differences.AsSpan(k * _features, _features);
            for (int i = 0; i < _features; i++) difference[i] = (double)known[i] - searched[i];
            for (int l = 0; l <= k; l++) _gram[(k * Wide) + l] = TensorPrimitives.Dot<double>(difference, _differences.AsSpan(l * _features, _features));
        }
    }

    /// <summary>Writes x̂ of the first so many neighbours, [m].</summary>
    public void Reconstruct(ReadOnlySpan<int> nearest, Span<double> reconstruction)
    {
        int size = nearest.Length;
        double trace = 0, total = 0;
        for (int k = 0; k < size; k++) trace += _gram[(k * Wide) + k];
        Array.Fill(_weights, 1, 0, size);
        // Without any distance all rows are the same one.
        if (trace > 0) Solve(size, Ridge * trace / size);
        for (int k = 0; k < size; k++) total += _weights[k];
        reconstruction.Clear();
        for (int k = 0; k < size; k++)
        {
            double weight = _weights[k] / total;
            var known = bank[nearest[k]];
            for (int i = 0; i < known.Length; i++) reconstruction[i] += weight * known[i];
        }
    }

    // Cholesky of the lower triangle, then two substitutions.
    private void Solve(int size, double ridge)
    {
        double[] a = _factor, x = _weights;
        for (int i = 0; i < size; i++)
        {
            var row = a.AsSpan(i * Wide, i + 1);
            for (int j = 0; j <= i; j++)
            {
                double sum = _gram[(i * Wide) + j] + (i == j ? ridge : 0);
                ReadOnlySpan<double> other = a.AsSpan(j * Wide, j), own = row[..j];
                for (int k = 0; k < other.Length; k++) sum -= own[k] * other[k];
                row[j] = i == j ? 1 / Math.Sqrt(sum) : sum * a[(j * Wide) + j];
            }
            for (int k = 0; k < i; k++) x[i] -= row[k] * x[k];
            x[i] *= row[i];
        }
        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < size; k++) x[i] -= a[(k * Wide) + i] * x[k];
            x[i] *= a[(i * Wide) + i];
        }
    }
}
