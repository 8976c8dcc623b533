namespace Microsoft.ML.Vae.Core;

/// <summary>E_q Dᵢ(x, Dec(z)) of each feature by the tangents at the posterior mean: Dᵢ(x, x̆) + Σⱼ σⱼ² tⱼᵢ (G tⱼ)ᵢ, tⱼ = ∂x̆/∂zⱼ (Nakagawa et al. 2021, theorem 1).</summary>
/// <remarks>
/// Leaves out ½ Σⱼσⱼ² ∇D·∂²x̆/∂zⱼ²: exact where the decoder is linear over the posterior's width or x = x̆, first order in its curvature elsewhere. It is the same
/// for the split loss, which has no such term. A row's result depends on that row alone. Before the weight a_x, as everything of a likelihood.
/// </remarks>
internal sealed class AnalyticDistortion
{
    private readonly Likelihood _likelihood;
    private readonly float[] _parameters;
    private readonly double[] _mean, _tangent, _product;
    private readonly ITangentPass _meanDecoder;
    private readonly IForwardPass? _decoder;
    private readonly int _features, _latents, _outputs;

    public AnalyticDistortion(VaeModel model)
    {
        var layout = model.Parameters.Layout;
        var values = model.Parameters.Values;
        (_likelihood, _features, _latents) = (model.Architecture.Likelihood, model.FeatureCount, model.LatentDimension);
        _parameters = model.LikelihoodParameters.ToArray();
        _meanDecoder = TangentPass.Create(values, layout.MeanDecoder);
        _outputs = layout.Decoder[^1].Output.Length;
        if (layout.MeanDecoder != layout.Decoder) _decoder = ForwardPass.Create(values, layout.Decoder, _meanDecoder.MaximumRows);
        (_mean, _tangent, _product) = (new double[_features], new double[_features], new double[_features]);
    }

    /// <summary>Rows that passed the decoder so far.</summary>
    public long RowsComputed => _meanDecoder.RowsComputed;

    /// <summary>Writes E_q Dᵢ of <paramref name="count"/> rows, [count, m].</summary>
    /// <param name="rows">Scaled rows, [count, m].</param>
    /// <param name="mean">[count, n].</param>
    /// <param name="logVariance">[count, n].</param>
    /// <param name="count">Rows.</param>
    /// <param name="distortion">[count, m].</param>
    public void Compute(ReadOnlySpan<float> rows, ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, int count, Span<double> distortion)
    {
        for (int from = 0; from < count; from += _meanDecoder.MaximumRows)
        {
            int run = Math.Min(_meanDecoder.MaximumRows, count - from);
            var latents = mean.Slice(from * _latents, run * _latents);
            _meanDecoder.Run(latents, run);
            ReadOnlySpan<float> outputs = _decoder is null ? default : _decoder.Run(latents, run);
            for (int r = 0; r < run; r++)
            {
                var terms = distortion.Slice((from + r) * _features, _features);
                _likelihood.Distortion(rows.Slice((from + r) * _features, _features), _decoder is null ? _meanDecoder.Output(r) : outputs.Slice(r * _outputs, _outputs), _parameters, terms);
                AddSpread(r, logVariance.Slice((from + r) * _latents, _latents), terms);
            }
        }
    }

    private void AddSpread(int decoded, ReadOnlySpan<float> logVariance, Span<double> terms)
    {
        Widen(_meanDecoder.Output(decoded), _mean);
        for (int j = 0; j < _latents; j++)
        {
            Widen(_meanDecoder.Tangent(decoded, j), _tangent);
            _likelihood.Metric(_mean, _parameters, _tangent, _product);
            double variance = Math.Exp(logVariance[j]);
            for (int i = 0; i < _features; i++) terms[i] += variance * _tangent[i] * _product[i];
        }
    }

    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        for (int i = 0; i < target.Length; i++) target[i] = source[i];
    }
}
