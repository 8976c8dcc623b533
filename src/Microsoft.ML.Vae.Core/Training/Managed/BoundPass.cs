namespace Microsoft.ML.Vae.Core;

/// <summary>A slice of a batch on its way through encoder, draws, decoder and loss, and back: everything of a step that goes row by row.</summary>
internal sealed unsafe class BoundPass<T> where T : unmanaged, ILanes<T>
{
    private readonly VaeArchitecture _architecture;
    private readonly Bound _bound;
    private readonly RowLoss _loss;
    private readonly PriorPass<T>? _prior;
    private readonly PosteriorPass<T> _posterior;
    private readonly AlignedBuffer _features;
    private readonly AlignedBuffer[] _scratch;
    private readonly float[] _shares, _klWeights, _drawShares;
    private readonly double[] _logLikelihood, _kl, _value, _logWeights, _weights;
    private readonly int _stride;
    private AlignedBuffer? _observed;
    private Minibatch _batch;
    private double _klWeight;
    private int _first;

    /// <param name="architecture">The parts.</param>
    /// <param name="settings">Bound and batch size.</param>
    /// <param name="networks">The kernels of both networks.</param>
    /// <param name="loss">The likelihood's.</param>
    /// <param name="prior">Null: the standard normal.</param>
    /// <param name="rows">Rows of a slice.</param>
    /// <param name="scratch">Each thread's.</param>
    public BoundPass(VaeArchitecture architecture, EngineSettings settings, (LayerKernel<T>[] Encoder, LayerKernel<T>[] Decoder) networks, RowLoss loss, PriorPass<T>? prior, int rows, AlignedBuffer[] scratch)
    {
        (_architecture, _bound, _loss, _prior, _scratch) = (architecture, settings.Bound, loss, prior, scratch);
        int draws = rows * K;
        _stride = AlignedBuffer.RowStride(architecture.FeatureCount);
        _features = new AlignedBuffer(rows * _stride);
        Encoder = new StackPass<T>(networks.Encoder, rows, _features, _stride);
        _posterior = new PosteriorPass<T>(architecture, K, rows, Encoder);
        Decoder = new StackPass<T>(networks.Decoder, draws, _posterior.Latent, _posterior.Stride);
        if (_bound.IsSplit) DecoderAtMean = new StackPass<T>(networks.Decoder, rows, Encoder.Output, Encoder.OutputStride);
        (_shares, _klWeights, _drawShares) = (new float[settings.MaximumBatchSize], new float[settings.MaximumBatchSize], new float[draws]);
        (_logLikelihood, _kl, _value) = (new double[rows], new double[rows], new double[rows]);
        (_logWeights, _weights) = (new double[draws], new double[draws]);
    }

    public StackPass<T> Encoder { get; }

    public StackPass<T> Decoder { get; }

    public StackPass<T>? DecoderAtMean { get; }

    private int K => _bound.Draws;

    // The evidence bound's divergence, where it need not be estimated.
    private bool HasClosedKl => _bound.IsMean && _prior is null;

    /// <summary>Takes a batch.</summary>
    public void Begin(in Minibatch batch, double klWeight)
    {
        (_batch, _klWeight) = (batch, klWeight);
        batch.WriteShares(_shares);
        for (int r = 0; r < batch.Count; r++) _klWeights[r] = (float)(klWeight * _shares[r]);
        _prior?.Prepare(_scratch[0].Pointer);
        if (!batch.Observed.IsEmpty) _observed ??= new AlignedBuffer(_features.Length);
    }

    /// <summary>Takes rows first … first+count−1 of the batch as the slice.</summary>
    public void Slice(int first, int count)
    {
        _first = first;
        (Encoder.Rows, Decoder.Rows) = (count, count * K);
        if (DecoderAtMean is not null) DecoderAtMean.Rows = count;
    }

    /// <summary>The slice's part of the batch's averages.</summary>
    public BoundTerms Terms(BoundTerms sum)
    {
        for (int r = 0; r < Encoder.Rows; r++)
        {
            float share = _shares[_first + r];
            sum = new BoundTerms(sum.Value + (share * _value[r]), sum.LogLikelihood + (share * _logLikelihood[r]), sum.Kl + (share * _kl[r]));
        }
        return sum;
    }

    /// <summary>Writes the slice's part of the rows' losses, −bound.</summary>
    public void WriteLosses(Span<double> losses)
    {
        for (int r = 0; r < Encoder.Rows; r++) losses[_first + r] = -_value[r];
    }

    /// <summary>Runs some rows of the slice forward, losses and output deltas included.</summary>
    public void Forward(int first, int count, int thread)
    {
        float* scratch = _scratch[thread].Pointer;
        Load(first, count);
        Encoder.Forward(first, count, scratch);
        _posterior.Sample(_batch.Noise.Span[(_first * K * _architecture.LatentDimension)..], first, count);
        Decoder.Forward(first * K, count * K, scratch);
        DecoderAtMean?.Forward(first, count, scratch);
        for (int r = first; r < first + count; r++) Row(r, thread);
    }

    /// <summary>The same, and back.</summary>
    public void ForwardBackward(int first, int count, int thread)
    {
        float* scratch = _scratch[thread].Pointer;
        Forward(first, count, thread);
        Decoder.Backward(first * K, count * K, scratch, _posterior.LatentDelta, _posterior.Stride);
        DecoderAtMean?.Backward(first, count, scratch, _posterior.MeanDelta, _posterior.Stride);
        if (_prior is not null)
            for (int d = first * K; d < (first + count) * K; d++) _prior.SubtractGradient(Latent(d), (float)(_klWeight * _drawShares[d]), LatentDelta(d));
        else if (!HasClosedKl)
            for (int d = first * K; d < (first + count) * K; d++) AddStandardNormal(d);
        _posterior.Backward(_klWeights.AsSpan(_first), HasClosedKl, first, count);
        Encoder.Backward(first, count, scratch);
    }

    /// <summary>Adds the slice's part of the likelihood's own gradient; one thread's work.</summary>
    public void AddLikelihoodGradient(AlignedBuffer gradient)
    {
        for (int r = 0; r < Encoder.Rows; r++)
        {
            float* x = Target(r), observed = Observed(r);
            float metricWeight = (float)_architecture.Likelihood.RowWeight(new ReadOnlySpan<float>(x, _architecture.FeatureCount));
            _loss.AddModeGradient(x, observed, _shares[_first + r], gradient);
            for (int d = r * K; d < (r + 1) * K; d++)
            {
                float weight = _drawShares[d] * metricWeight;
                float* output = Output(Decoder, d);
                if (DecoderAtMean is null)
                {
                    _loss.AddGradient(x, observed, output, weight, gradient);
                    continue;
                }
                _loss.AddGradient(x, observed, Output(DecoderAtMean, r), weight, gradient);
                _loss.AddCodingGradient(observed, Output(DecoderAtMean, r), output, weight, gradient);
            }
        }
    }

    /// <summary>Adds the slice's part of the prior's own gradient; one thread's work.</summary>
    public void AddPriorGradient()
    {
        for (int d = 0; d < Decoder.Rows; d++) _prior!.Accumulate(Latent(d), _klWeight * _drawShares[d]);
    }

    private void Load(int first, int count)
    {
        int m = _architecture.FeatureCount;
        var source = _batch.Features.Span[(_first * m)..];
        for (int r = first; r < first + count; r++) source.Slice(r * m, m).CopyTo(_features.Span[(r * _stride)..]);
        if (_batch.Observed.IsEmpty) return;
        var observed = _batch.Observed.Span[(_first * m)..];
        for (int r = first; r < first + count; r++) observed.Slice(r * m, m).CopyTo(_observed!.Span[(r * _stride)..]);
    }

    // Where all draws weigh the same their deltas are final at once; else they are scaled when all log-weights are known.
    private void Row(int r, int thread)
    {
        float* x = Target(r), observed = Observed(r);
        double metricWeight = _architecture.Likelihood.RowWeight(new ReadOnlySpan<float>(x, _architecture.FeatureCount)), mode = _loss.LogLikelihoodAtMode(x, observed, thread);
        float share = _shares[_first + r], weight = (float)(metricWeight * (_bound.IsMean ? share / K : 1));
        _logLikelihood[r] = _kl[r] = 0;
        for (int s = 0, d = r * K; s < K; s++, d++)
        {
            double logLikelihood = mode - (metricWeight * Distortion(x, observed, r, d, weight, thread)), kl = HasClosedKl ? _posterior.Kl[r] : Divergence(r, s);
            _logWeights[d] = logLikelihood - (_klWeight * kl);
            (_logLikelihood[r], _kl[r]) = (_logLikelihood[r] + logLikelihood, _kl[r] + kl);
        }
        (_logLikelihood[r], _kl[r]) = (_logLikelihood[r] / K, _kl[r] / K);
        _value[r] = _bound.Weigh(_logWeights.AsSpan(r * K, K), _weights.AsSpan(r * K, K));
        for (int d = r * K; d < (r + 1) * K; d++)
        {
            _drawShares[d] = (float)(share * _weights[d]);
            if (!_bound.IsMean) System.Numerics.Tensors.TensorPrimitives.Multiply(OutputDelta(d), _drawShares[d], OutputDelta(d));
        }
    }

    private double Distortion(float* x, float* observed, int r, int d, float weight, int thread)
    {
        float* output = Output(Decoder, d), delta = Delta(Decoder, d);
        if (DecoderAtMean is null) return _loss.Distortion(x, observed, output, delta, weight, thread);
        float* outputAtMean = Output(DecoderAtMean, r), deltaAtMean = Delta(DecoderAtMean, r);
        double transform = _loss.Distortion(x, observed, outputAtMean, deltaAtMean, weight, thread);
        return transform + _loss.CodingDistortion(observed, outputAtMean, output, delta, deltaAtMean, weight, thread);
    }

    // log q(z|x) − log p(z) of one draw.
    private double Divergence(int r, int s)
    {
        var z = Latent((r * K) + s);
        return _posterior.LogDensity(r, s) - (_prior?.LogDensity(z) ?? DiagonalGaussian.LogPrior(z));
    }

    private void AddStandardNormal(int d)
    {
        Span<float> z = Latent(d), delta = LatentDelta(d);
        float weight = (float)(_klWeight * _drawShares[d]);
        for (int j = 0; j < delta.Length; j++) delta[j] += weight * z[j];
    }

    private float* Target(int r) => _features.Pointer + ((nint)r * _stride);

    private float* Observed(int r) => _batch.Observed.IsEmpty ? null : _observed!.Pointer + ((nint)r * _stride);

    private Span<float> Latent(int d) => _posterior.Latent.Span.Slice(d * _posterior.Stride, _architecture.LatentDimension);

    private Span<float> LatentDelta(int d) => _posterior.LatentDelta.Span.Slice(d * _posterior.Stride, _architecture.LatentDimension);

    private Span<float> OutputDelta(int d) => Decoder.OutputDelta.Span.Slice(d * Decoder.OutputStride, Decoder.OutputStride);

    private static float* Output(StackPass<T> pass, int row) => pass.Output.Pointer + ((nint)row * pass.OutputStride);

    private static float* Delta(StackPass<T> pass, int row) => pass.OutputDelta.Pointer + ((nint)row * pass.OutputStride);
}
