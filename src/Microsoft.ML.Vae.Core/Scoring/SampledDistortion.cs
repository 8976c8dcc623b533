namespace Microsoft.ML.Vae.Core;

/// <summary>E_q Dᵢ(x, Dec(z)) of each feature by fixed draws, or Dᵢ(x, x̆) + E_q Dᵢ(x̆, Dec(z)) where the model was trained by the split bound: all (row, draw) pairs run through the decoder in blocks.</summary>
/// <remarks>Each row sums its draws in order: neither the batch nor the place in it changes a bit.</remarks>
internal sealed unsafe class SampledDistortion
{
    /// <summary>Rows handed to the decoder at once: enough to feed its kernels, few enough to stay in cache.</summary>
    public const int MaximumDecoderRows = 256;

    private readonly int _features, _latents, _draws, _outputs;
    private readonly float[] _noise, _latent, _deviation;
    private readonly IForwardPass _decoder;
    private readonly RowLoss _loss;
    private readonly AlignedBuffer _target, _sums;
    private readonly TransformDistortion? _transform;

    public SampledDistortion(VaeModel model, LossEstimator estimator, IForwardPass decoder, int maximumRows)
    {
        if (model.Bound.IsSplit) _transform = new TransformDistortion(model, decoder, maximumRows);
        (_features, _latents, _draws, _decoder) = (model.FeatureCount, model.LatentDimension, estimator.Draws, decoder);
        _outputs = model.Parameters.Layout.Decoder[^1].Output.Length;
        (_noise, _latent, _deviation) = (estimator.Noise(LatentInfluence.Order(model)), new float[MaximumDecoderRows * _latents], new float[_latents]);
        (_target, _sums) = (new AlignedBuffer(AlignedBuffer.Padded(_features)), new AlignedBuffer(AlignedBuffer.Padded(_features)));
        _loss = RowLoss.Create(model.Architecture.Likelihood, _features, 1);
        _loss.Prepare(model.LikelihoodParameters);
    }

    /// <summary>Writes E_q Dᵢ of <paramref name="count"/> rows, [count, m].</summary>
    /// <param name="rows">Scaled rows, [count, m].</param>
    /// <param name="mean">[count, n].</param>
    /// <param name="logVariance">[count, n].</param>
    /// <param name="count">Rows.</param>
    /// <param name="distortion">[count, m].</param>
    public void Compute(ReadOnlySpan<float> rows, ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, int count, Span<double> distortion)
    {
        _transform?.Compute(rows, mean, count);
        var targets = _transform is null ? rows : _transform.Means;
        int sampled = 0;
        for (int pair = 0; pair < count * _draws; pair += MaximumDecoderRows)
        {
            int pairs = Math.Min(MaximumDecoderRows, (count * _draws) - pair);
            for (; sampled < pair + pairs; sampled++) Sample(sampled, mean, logVariance, _latent.AsSpan((sampled - pair) * _latents, _latents));
            fixed (float* output = _decoder.Run(_latent.AsSpan(0, pairs * _latents), pairs))
                for (int p = 0; p < pairs; p++) Add(pair + p, output + ((nint)p * _outputs), targets, distortion);
        }
    }

    private void Sample(int pair, ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, Span<float> latent)
    {
        int row = pair / _draws, draw = pair % _draws;
        if (draw == 0)
            for (int j = 0; j < _latents; j++) _deviation[j] = MathF.Exp(0.5f * logVariance[(row * _latents) + j]);
        for (int j = 0; j < _latents; j++) latent[j] = mean[(row * _latents) + j] + (_deviation[j] * _noise[(draw * _latents) + j]);
    }

    private void Add(int pair, float* output, ReadOnlySpan<float> targets, Span<double> distortion)
    {
        int row = pair / _draws, draw = pair % _draws;
        if (draw == 0)
        {
            targets.Slice(row * _features, _features).CopyTo(_target.Span);
            _sums.Span.Clear();
        }
        _loss.AddTerms(_target.Pointer, output, _sums.Pointer, 0);
        if (draw + 1 < _draws) return;
        for (int i = 0; i < _features; i++)
            distortion[(row * _features) + i] = Mean(_sums.Span[i], _target.Span[i], i) + (_transform is null ? 0 : _transform.Terms[(row * _features) + i]);
    }

    // A sum that overflowed, to whichever side, says that the row is far out.
    private double Mean(float sum, float target, int feature) =>
        float.IsFinite(sum) ? Math.Max(0, (sum / (double)_draws) + _loss.TermAtMode(target, feature)) : double.PositiveInfinity;
}
