using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>E_q Dᵢ(x, Dec(z)) of each feature to second order at the posterior mean: Dᵢ(x, x̆) + Gᵢ Σⱼ σⱼ² (∂x̆ᵢ/∂zⱼ)² (Nakagawa et al. 2021, theorem 1).</summary>
/// <remarks>A row's result depends on that row alone.</remarks>
internal sealed class AnalyticDistortion
{
    private readonly Likelihood _likelihood;
    private readonly float[] _parameters, _modeRow, _square, _spread;
    private readonly double[] _mean, _metric, _terms;
    private readonly ITangentPass _decoder;
    private readonly int _features, _latents;

    public AnalyticDistortion(VaeModel model)
    {
        (_likelihood, _features, _latents) = (model.Architecture.Likelihood, model.FeatureCount, model.LatentDimension);
        _parameters = model.LikelihoodParameters.ToArray();
        _decoder = TangentPass.Create(model.Parameters, model.Parameters.Layout.Decoder);
        (_modeRow, _square, _spread) = (new float[_features], new float[_features], new float[_features]);
        (_mean, _metric, _terms) = (new double[_features], new double[_features], new double[_features]);
    }

    /// <summary>Rows that passed the decoder so far.</summary>
    public long RowsComputed => _decoder.RowsComputed;

    /// <summary>Writes E_q Dᵢ of <paramref name="count"/> rows, [count, m].</summary>
    /// <param name="rows">Scaled rows, [count, m].</param>
    /// <param name="mean">[count, n].</param>
    /// <param name="logVariance">[count, n].</param>
    /// <param name="count">Rows.</param>
    /// <param name="distortion">[count, m].</param>
    public void Compute(ReadOnlySpan<float> rows, ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, int count, Span<double> distortion)
    {
        for (int from = 0; from < count; from += _decoder.MaximumRows)
        {
            int run = Math.Min(_decoder.MaximumRows, count - from);
            _decoder.Run(mean.Slice(from * _latents, run * _latents), run);
            for (int r = 0; r < run; r++)
            {
                int row = from + r;
                Row(r, rows.Slice(row * _features, _features), logVariance.Slice(row * _latents, _latents), distortion.Slice(row * _features, _features));
            }
        }
    }

    private void Row(int decoded, ReadOnlySpan<float> x, ReadOnlySpan<float> logVariance, Span<double> distortion)
    {
        var output = _decoder.Output(decoded);
        for (int i = 0; i < _features; i++) _modeRow[i] = (float)(_mean[i] = _likelihood.Link.Value(output[i]));
        _likelihood.Metric(_mean, _parameters, _metric);
        _likelihood.Distortion(x, output, _parameters, _terms);
        Spread(decoded, logVariance);
        double unweighted = _likelihood.RowWeight(_modeRow);
        for (int i = 0; i < _features; i++)
        {
            double slope = _likelihood.Link.Slope(_mean[i]);
            distortion[i] = _terms[i] + (_spread[i] * slope * slope * _metric[i] / unweighted);
        }
    }

    // Σⱼ σⱼ² (∂outputᵢ/∂zⱼ)².
    private void Spread(int decoded, ReadOnlySpan<float> logVariance)
    {
        _spread.AsSpan().Clear();
        for (int j = 0; j < _latents; j++)
        {
            var tangent = _decoder.Tangent(decoded, j);
            TensorPrimitives.Multiply(tangent, tangent, _square);
            TensorPrimitives.MultiplyAdd(_square, MathF.Exp(logVariance[j]), _spread, _spread);
        }
    }
}
