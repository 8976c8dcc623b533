using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>ln det G(z) of G = JμᵀJμ + JσᵀJσ, with its gradients by the precision's weights, its centres and, where asked for, z. Not thread-safe.</summary>
internal sealed class NoisyMetric(IImmersion mean, RbfPrecision precision)
{
    private readonly int _d = precision.Dimension, _stride = precision.OutputStride;
    private readonly double[] _jacobian = new double[mean.AmbientDimension * precision.Dimension], _column = new double[mean.AmbientDimension], _hessian = new double[precision.Dimension * precision.Dimension];

    // Row 0 belongs to φ and p, row 1 + j to φ·(z − c)ⱼ and what becomes of it.
    private readonly double[] _basis = new double[(1 + precision.Dimension) * precision.BasisStride], _basisAdjoint = new double[(1 + precision.Dimension) * precision.BasisStride];
    private readonly double[] _outputs = new double[(1 + precision.Dimension) * precision.OutputStride], _outputAdjoint = new double[(1 + precision.Dimension) * precision.OutputStride];
    private readonly double[] _slopes = new double[precision.Dimension * precision.OutputStride], _inverse = new double[precision.Dimension * precision.Dimension];

    /// <summary>ln det G; NaN where G is singular.</summary>
    public double LogDeterminant(ReadOnlySpan<double> z)
    {
        Span<double> metric = stackalloc double[_d * _d];
        Evaluate(z, metric);
        return 2 * Core.LogDeterminant.HalfOf(metric, _d);
    }

    /// <summary>Adds weight · ∂ln det G to a gradient, and to <paramref name="byLatent"/> unless that is empty. A singular metric adds nothing.</summary>
    public void AddGradient(ReadOnlySpan<double> z, double weight, PrecisionGradient gradient, Span<double> byLatent)
    {
        Evaluate(z, _inverse);
        if (!SymmetricInverse.TryInvert(_inverse, _d)) return;
        // ∂ln det G = 2 tr(G⁻¹ Jσᵀ ∂Jσ) + …, so that the adjoint of Jσ is 2 Jσ G⁻¹; Jσ = b p^(−3/2) S, S = W₊ (φ·(z − c)).
        _outputAdjoint.AsSpan().Clear();
        for (int i = 0; i < precision.Outputs; i++)
        {
            double p = _outputs[i] + precision.Floor, scale = precision.Decay * Math.Pow(p, -1.5), byPrecision = 0;
            for (int j = 0; j < _d; j++)
            {
                double adjoint = 0;
                for (int l = 0; l < _d; l++) adjoint += _inverse[(j * _d) + l] * _slopes[(l * _stride) + i];
                adjoint *= 2 * weight;
                _outputAdjoint[((1 + j) * _stride) + i] = adjoint * scale;
                byPrecision -= 1.5 * adjoint * _slopes[(j * _stride) + i] / p;
            }
            _outputAdjoint[i] = byPrecision;
        }
        gradient.Weights.Add(_outputAdjoint, _basis);
        precision.ToBasis(_outputAdjoint, _basisAdjoint);
        PullBasis(z, gradient.Centres, byLatent);
        if (!byLatent.IsEmpty) AddMeanBend(z, weight, byLatent);
    }

    private void Evaluate(ReadOnlySpan<double> z, Span<double> metric)
    {
        mean.Jacobian(z, _jacobian);
        FillSlopes(z);
        metric.Clear();
        for (int i = 0; i < precision.Outputs; i++)
            for (int a = 0; a < _d; a++)
                for (int b = 0; b < _d; b++)
                    metric[(a * _d) + b] += (_jacobian[(i * _d) + a] * _jacobian[(i * _d) + b]) + (_slopes[(a * _stride) + i] * _slopes[(b * _stride) + i]);
    }

    private void FillSlopes(ReadOnlySpan<double> z)
    {
        int K = precision.Count, row = precision.BasisStride;
        var centres = precision.Centres.Span;
        precision.Basis(z, _basis.AsSpan(0, row));
        for (int j = 0; j < _d; j++)
            for (int k = 0; k < K; k++) _basis[((1 + j) * row) + k] = _basis[k] * (z[j] - centres[(k * _d) + j]);
        precision.ToOutputs(_basis, _outputs);
        for (int i = 0; i < precision.Outputs; i++)
        {
            double scale = precision.Decay * Math.Pow(_outputs[i] + precision.Floor, -1.5);
            for (int j = 0; j < _d; j++) _slopes[(j * _stride) + i] = scale * _outputs[((1 + j) * _stride) + i];
        }
    }

    private void PullBasis(ReadOnlySpan<double> z, Span<double> byCentres, Span<double> byLatent)
    {
        int row = precision.BasisStride;
        var centres = precision.Centres.Span;
        Span<double> own = stackalloc double[_d];
        for (int k = 0; k < precision.Count; k++)
        {
            double byBasis = _basisAdjoint[k];
            for (int j = 0; j < _d; j++) byBasis += _basisAdjoint[((1 + j) * row) + k] * (z[j] - centres[(k * _d) + j]);
            for (int j = 0; j < _d; j++)
            {
                double offset = z[j] - centres[(k * _d) + j];
                own[j] = (_basisAdjoint[((1 + j) * row) + k] * _basis[k]) - (2 * precision.Decay * byBasis * _basis[k] * offset);
                byCentres[(k * _d) + j] -= own[j];
                if (!byLatent.IsEmpty) byLatent[j] += own[j];
            }
        }
    }

    // 2 Σ_ab (G⁻¹)_ab Σᵢ Jᵢᵦ ∂ⱼ∂ₐ μᵢ
    private void AddMeanBend(ReadOnlySpan<double> z, double weight, Span<double> byLatent)
    {
        for (int b = 0; b < _d; b++)
        {
            for (int i = 0; i < _column.Length; i++) _column[i] = _jacobian[(i * _d) + b];
            mean.WeightedHessian(z, _column, _hessian);
            for (int a = 0; a < _d; a++)
                for (int j = 0; j < _d; j++) byLatent[j] += 2 * weight * _inverse[(a * _d) + b] * _hessian[(a * _d) + j];
        }
    }
}
