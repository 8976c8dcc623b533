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
        using var scratch = new Scratch(Count * (1 + LatentDimension));
        Span<double> basis = scratch.Take(Count), slopes = scratch.Take(Count * LatentDimension);
        Basis(latent, basis);
        Slopes(latent, basis, slopes);
        for (int i = 0; i < AmbientDimension; i++) JacobianRow(i, Precision(i, basis), slopes, jacobian);
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
            result[i] = ((0.75 * slope * slope / p) - (0.5 * bend)) / (p * Math.Sqrt(p));
        }
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        using var scratch = new Scratch(AmbientDimension * LatentDimension);
        JacobianAndHessian(latent, weights, scratch.Take(AmbientDimension * LatentDimension), hessian);
    }

    /// <inheritdoc/>
    public void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        int d = LatentDimension;
        using var scratch = new Scratch((Count * (2 + d)) + d);
        Span<double> basis = scratch.Take(Count), bend = scratch.Take(Count), slopes = scratch.Take(Count * d), offset = scratch.Take(d);
        Basis(latent, basis);
        Slopes(latent, basis, slopes);
        hessian.Clear();
        // σ = p^(−½): ∇²σ = ¾ p^(−5/2) ∇p∇pᵀ − ½ p^(−3/2) ∇²p, of which the first is 3/σ ∇σ∇σᵀ, and the second is summed over outputs first.
        for (int i = 0; i < AmbientDimension; i++)
        {
            double p = Precision(i, basis);
            JacobianRow(i, p, slopes, jacobian);
            ReadOnlySpan<double> row = jacobian.Slice(i * d, d);
            for (int j = 0; j < d; j++) DenseAlgebra.AddScaled(row, 3 * weights[i] * Math.Sqrt(p) * row[j], hessian.Slice(j * d, d));
            DenseAlgebra.AddScaled(Row(i), -0.5 * weights[i] / (p * Math.Sqrt(p)), bend);
        }
        for (int k = 0; k < Count; k++)
        {
            double share = bend[k] * basis[k];
            for (int j = 0; j < d; j++) offset[j] = latent[j] - _centres[(k * d) + j];
            for (int j = 0; j < d; j++)
            {
                DenseAlgebra.AddScaled(offset, 4 * _decay[k] * _decay[k] * share * offset[j], hessian.Slice(j * d, d));
                hessian[(j * d) + j] -= 2 * _decay[k] * share;
            }
        }
    }

    /// <summary>Writes ∂φ_k/∂z_j, [d, K]: a row's product with a precision's weights is then one over neighbouring numbers.</summary>
    private void Slopes(ReadOnlySpan<double> latent, ReadOnlySpan<double> basis, Span<double> slopes)
    {
        for (int j = 0; j < latent.Length; j++)
            for (int k = 0; k < Count; k++) slopes[(j * Count) + k] = -2 * _decay[k] * basis[k] * (latent[j] - _centres[(k * latent.Length) + j]);
    }

    /// <summary>∇σ = −½ p^(−3/2) ∇p of one output.</summary>
    private void JacobianRow(int output, double p, ReadOnlySpan<double> slopes, Span<double> jacobian)
    {
        double factor = -0.5 / (p * Math.Sqrt(p));
        for (int j = 0; j < LatentDimension; j++) jacobian[(output * LatentDimension) + j] = factor * DenseAlgebra.Dot(Row(output), slopes.Slice(j * Count, Count));
    }

    private void Basis(ReadOnlySpan<double> latent, Span<double> basis) => RbfBasis.Evaluate(latent, _centres, _decay, basis);

    private double Precision(int output, ReadOnlySpan<double> basis) => DenseAlgebra.Dot(Row(output), basis) + _floor[output];

    private ReadOnlySpan<double> Row(int output) => _weights.AsSpan(output * Count, Count);
}
