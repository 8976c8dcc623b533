using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>The decoder's precision while it is trained: p(z) = W₊φ(z) + ζ, φ_k = exp(−b‖z − c_k‖²), W₊ = softplus(W); the standard deviation is p^(−½). Points are padded rows.</summary>
internal sealed class RbfPrecision
{
    private readonly double[] _positive;
    private DoublePanels _toOutputs, _toBasis;

    /// <param name="outputs">D.</param>
    /// <param name="dimension">d.</param>
    /// <param name="decay">b.</param>
    /// <param name="floor">ζ.</param>
    /// <param name="weights">W, [D, K], before the softplus; trained in place.</param>
    /// <param name="centres">c, [K, d]; trained in place.</param>
    public RbfPrecision(int outputs, int dimension, double decay, double floor, Memory<double> weights, Memory<double> centres)
    {
        (Outputs, Dimension, Count, Decay, Floor, Weights, Centres) = (outputs, dimension, centres.Length / dimension, decay, floor, weights, centres);
        _positive = new double[outputs * Count];
        Pack();
    }

    /// <summary>The precision of a finished model.</summary>
    public static RbfPrecision Of(RbfScale scale)
    {
        // The inverse of the softplus.
        double[] weights = [.. scale.Weights.ToArray().Select(w => w + Math.Log(-StableMath.ExpM1(-w)))];
        return new(scale.AmbientDimension, scale.LatentDimension, scale.Decay[0], scale.Floor[0], weights, scale.Centres.ToArray());
    }

    public int Outputs { get; }

    public int Dimension { get; }

    /// <summary>K.</summary>
    public int Count { get; }

    public double Decay { get; }

    /// <summary>ζ.</summary>
    public double Floor { get; }

    public Memory<double> Weights { get; }

    public Memory<double> Centres { get; }

    /// <summary>The length of a padded row of outputs.</summary>
    public int OutputStride => DoublePanels.Padded(Outputs);

    /// <summary>The length of a padded row of basis functions.</summary>
    public int BasisStride => DoublePanels.Padded(Count);

    /// <summary>Takes over weights that have changed.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_toOutputs), nameof(_toBasis))]
    public void Pack()
    {
        var weights = Weights.Span;
        for (int i = 0; i < weights.Length; i++) _positive[i] = StableMath.Softplus(weights[i]);
        _toOutputs = new DoublePanels(Count, Outputs, (k, i) => _positive[(i * Count) + k]);
        _toBasis = new DoublePanels(Outputs, Count, (i, k) => _positive[(i * Count) + k]);
    }

    /// <summary>Writes φ of points.</summary>
    /// <param name="latents">[n, d].</param>
    /// <param name="basis">[n, basis stride].</param>
    public void Basis(ReadOnlySpan<double> latents, Span<double> basis)
    {
        basis.Clear();
        var centres = Centres.Span;
        for (int p = 0; p < latents.Length / Dimension; p++)
        {
            var z = latents.Slice(p * Dimension, Dimension);
            var row = basis.Slice(p * BasisStride, Count);
            for (int k = 0; k < Count; k++)
            {
                double squared = 0;
                for (int j = 0; j < Dimension; j++) squared += (z[j] - centres[(k * Dimension) + j]) * (z[j] - centres[(k * Dimension) + j]);
                row[k] = -Decay * squared;
            }
            System.Numerics.Tensors.TensorPrimitives.Exp<double>(row, row);
        }
    }

    /// <summary>Rows of the basis to rows of outputs, W₊ applied, without the floor.</summary>
    public void ToOutputs(ReadOnlySpan<double> basis, Span<double> outputs) => _toOutputs.Multiply(basis, outputs);

    /// <summary>Rows of outputs to rows of the basis, W₊ᵀ applied.</summary>
    public void ToBasis(ReadOnlySpan<double> outputs, Span<double> basis) => _toBasis.Multiply(outputs, basis);

    /// <summary>Adds what adjoints of φ do to points and, where they are asked for, to the centres.</summary>
    /// <param name="latents">[n, d].</param>
    /// <param name="basis">φ, [n, basis stride].</param>
    /// <param name="adjoint">Of φ, the same.</param>
    /// <param name="byLatents">[n, d]; added to.</param>
    /// <param name="byCentres">[K, d]; added to; empty: not asked for.</param>
    public void Pull(ReadOnlySpan<double> latents, ReadOnlySpan<double> basis, ReadOnlySpan<double> adjoint, Span<double> byLatents, Span<double> byCentres)
    {
        var centres = Centres.Span;
        for (int p = 0; p < latents.Length / Dimension; p++)
        {
            for (int k = 0; k < Count; k++)
            {
                double pull = -2 * Decay * adjoint[(p * BasisStride) + k] * basis[(p * BasisStride) + k];
                if (pull == 0) continue;
                for (int j = 0; j < Dimension; j++)
                {
                    double term = pull * (latents[(p * Dimension) + j] - centres[(k * Dimension) + j]);
                    byLatents[(p * Dimension) + j] += term;
                    if (!byCentres.IsEmpty) byCentres[(k * Dimension) + j] -= term;
                }
            }
        }
    }

    /// <summary>The finished deviation, in numbers that a file keeps.</summary>
    public RbfScale ToScale()
    {
        var (decay, floor) = (new double[Count], new double[Outputs]);
        Array.Fill(decay, (float)Decay);
        Array.Fill(floor, (float)Floor);
        return new RbfScale(Single(Centres.Span), decay, Single(_positive), floor);
    }

    private static double[] Single(ReadOnlySpan<double> values) => [.. values.ToArray().Select(v => (double)(float)v)];
}
