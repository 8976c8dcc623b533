namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The standard deviation of a decoder as 1/√(W φ(z) + ζ) with radial basis functions φ_k = exp(−g_k‖z − c_k‖²) on the data: small
/// near latent codes, growing to 1/√ζ away from them, so that geodesics of the stacked decoder stay near data.
/// </summary>
/// <remarks>Arvanitidis, Hansen, Hauberg 2018, Latent Space Oddity, section 4. Made from data by <c>RbfScaleFit</c>.</remarks>
public sealed class RbfScale : IImmersion
{
    private readonly double[] _centres, _decay, _weights, _floor;

    /// <param name="centres">c_k, [K, d].</param>
    /// <param name="decay">g_k &gt; 0, [K].</param>
    /// <param name="weights">W ≥ 0, [D, K].</param>
    /// <param name="floor">ζ &gt; 0, the precision far from all centres, [D].</param>
    /// <exception cref="ArgumentException">Shapes disagree.</exception>
    public RbfScale(ReadOnlySpan<double> centres, ReadOnlySpan<double> decay, ReadOnlySpan<double> weights, ReadOnlySpan<double> floor)
    {
        if (decay.Length == 0 || centres.Length % decay.Length != 0)
            throw new ArgumentException($"Expected a whole number of coordinates for each of {decay.Length} centres, got {centres.Length}.", nameof(centres));
        Guard.Length(weights, decay.Length * floor.Length, nameof(weights));
        (_centres, _decay, _weights, _floor) = (centres.ToArray(), decay.ToArray(), weights.ToArray(), floor.ToArray());
        LatentDimension = centres.Length / decay.Length;
    }

    /// <inheritdoc/>
    public int LatentDimension { get; }

    /// <inheritdoc/>
    public int AmbientDimension => _floor.Length;

    /// <summary>c_k, [K, d].</summary>
    public ReadOnlySpan<double> Centres => _centres;

    /// <summary>g_k, [K].</summary>
    public ReadOnlySpan<double> Decay => _decay;

    /// <summary>W, [D, K].</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>ζ, [D].</summary>
    public ReadOnlySpan<double> Floor => _floor;

    private int Count => _decay.Length;

    /// <summary>Writes σ(z).</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="point">σ, [D].</param>
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point)
    {
        using var scratch = new Scratch(Count);
        Span<double> basis = scratch.Take(Count);
        Basis(latent, basis);
        for (int i = 0; i < point.Length; i++) point[i] = 1 / Math.Sqrt(Precision(i, basis));
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        int d = LatentDimension;
        using var scratch = new Scratch(Count + (Count * d));
        Span<double> basis = scratch.Take(Count), slopes = scratch.Take(Count * d);
        Basis(latent, basis);
        for (int k = 0; k < Count; k++)
        {
            for (int j = 0; j < d; j++) slopes[(k * d) + j] = -2 * _decay[k] * basis[k] * (latent[j] - _centres[(k * d) + j]);
        }
        for (int i = 0; i < AmbientDimension; i++)
        {
            Span<double> row = jacobian.Slice(i * d, d);
            DenseAlgebra.TransposedTimesVector(slopes, Row(i), row);
            double factor = -0.5 * Math.Pow(Precision(i, basis), -1.5);
            for (int j = 0; j < d; j++) row[j] *= factor;
        }
    }

    /// <inheritdoc/>
    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        int d = LatentDimension;
        using var scratch = new Scratch(3 * Count);
        Span<double> basis = scratch.Take(Count), first = scratch.Take(Count), second = scratch.Take(Count);
        Basis(latent, basis);
        double squaredLength = DenseAlgebra.Dot(direction, direction);
        for (int k = 0; k < Count; k++)
        {
            double along = 0;
            for (int j = 0; j < d; j++) along += (latent[j] - _centres[(k * d) + j]) * direction[j];
            first[k] = -2 * _decay[k] * along * basis[k];
            second[k] = ((4 * _decay[k] * _decay[k] * along * along) - (2 * _decay[k] * squaredLength)) * basis[k];
        }
        for (int i = 0; i < AmbientDimension; i++)
        {
            double p = Precision(i, basis), slope = DenseAlgebra.Dot(Row(i), first), bend = DenseAlgebra.Dot(Row(i), second);
            result[i] = ((0.75 * slope * slope / p) - (0.5 * bend)) * Math.Pow(p, -1.5);
        }
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        int d = LatentDimension;
        using var scratch = new Scratch((2 * Count) + (2 * d));
        Span<double> basis = scratch.Take(Count), bend = scratch.Take(Count), gradient = scratch.Take(d), offset = scratch.Take(d);
        Basis(latent, basis);
        hessian.Clear();
        // σ = p^(−½): ∇²σ = ¾ p^(−5/2) ∇p∇pᵀ − ½ p^(−3/2) ∇²p, the second term summed over outputs first.
        for (int i = 0; i < AmbientDimension; i++)
        {
            double p = Precision(i, basis), half = -0.5 * weights[i] * Math.Pow(p, -1.5);
            gradient.Clear();
            for (int k = 0; k < Count; k++)
            {
                double share = Row(i)[k] * basis[k];
                bend[k] += half * share;
                for (int j = 0; j < d; j++) gradient[j] -= 2 * _decay[k] * share * (latent[j] - _centres[(k * d) + j]);
            }
            for (int j = 0; j < d; j++) DenseAlgebra.AddScaled(gradient, -1.5 * half / p * gradient[j], hessian.Slice(j * d, d));
        }
        for (int k = 0; k < Count; k++)
        {
            for (int j = 0; j < d; j++) offset[j] = latent[j] - _centres[(k * d) + j];
            for (int j = 0; j < d; j++)
            {
                DenseAlgebra.AddScaled(offset, 4 * _decay[k] * _decay[k] * bend[k] * offset[j], hessian.Slice(j * d, d));
                hessian[(j * d) + j] -= 2 * _decay[k] * bend[k];
            }
        }
    }

    private void Basis(ReadOnlySpan<double> latent, Span<double> basis) => RbfBasis.Evaluate(latent, _centres, _decay, basis);

    private double Precision(int output, ReadOnlySpan<double> basis) => DenseAlgebra.Dot(Row(output), basis) + _floor[output];

    private ReadOnlySpan<double> Row(int output) => _weights.AsSpan(output * Count, Count);
}
