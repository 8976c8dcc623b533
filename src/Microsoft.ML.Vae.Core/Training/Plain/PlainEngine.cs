namespace Microsoft.ML.Vae.Core;

/// <summary>The engine to read: correct, deterministic, unhurried. The fast engine is tested against it.</summary>
internal sealed class PlainEngine : ITrainingEngine
{
    private readonly VaeArchitecture _architecture;
    private readonly ParameterLayout _layout;
    private readonly EngineSettings _settings;
    private readonly Adam _adam;
    private readonly float[] _parameters, _gradient, _mean, _latent, _shares;
    private readonly PlainPass _encoder, _decoder;
    private readonly PlainPass? _decoderAtMean;
    private readonly PlainLikelihood _likelihood;
    private readonly PlainPrior _prior;

    /// <summary>Starts at <paramref name="initial"/>.</summary>
    public PlainEngine(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings)
    {
        settings.Check(architecture, initial);
        (_architecture, _layout, _settings) = (architecture, initial.Layout, settings);
        int rows = settings.MaximumBatchSize, n = architecture.LatentDimension;
        _parameters = initial.Values.ToArray();
        _gradient = new float[_layout.Length];
        _adam = new Adam(_layout, settings, architecture.Likelihood.ParameterFloor);
        (_mean, _latent, _shares) = (new float[rows * n], new float[rows * K * n], new float[rows]);
        _encoder = new PlainPass(_layout.Encoder, rows);
        _decoder = new PlainPass(_layout.Decoder, rows * K);
        _decoderAtMean = settings.Bound.IsSplit ? new PlainPass(_layout.Decoder, rows) : null;
        _likelihood = new PlainLikelihood(architecture.Likelihood, architecture.FeatureCount, _layout.Likelihood);
        _prior = new PlainPrior(architecture, _layout);
    }

    /// <summary>Makes plain engines.</summary>
    public static ITrainingEngineFactory Factory { get; } = new PlainFactory();

    // Draws a row.
    private int K => _settings.Bound.Draws;

    // The evidence bound's divergence, where it need not be estimated.
    private bool HasClosedKl => _settings.Bound.IsMean && _architecture.Prior.IsStandardNormal;

    /// <inheritdoc/>
    public BoundTerms Step(in Minibatch batch, in StepSettings settings)
    {
        var terms = Backpropagate(batch, settings.KlWeight);
        _adam.Step(_parameters, _gradient, settings);
        return terms;
    }

    /// <inheritdoc/>
    public BoundTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient)
    {
        var terms = Backpropagate(batch, klWeight);
        _gradient.CopyTo(gradient);
        return terms;
    }

    /// <inheritdoc/>
    public BoundTerms Evaluate(in Minibatch batch, double klWeight)
    {
        Forward(batch);
        return Losses(batch, klWeight);
    }

    /// <inheritdoc/>
    public EngineState Save() => _adam.Save(_parameters);

    /// <inheritdoc/>
    public void Load(EngineState state) => _adam.Load(state, _parameters);

    /// <inheritdoc/>
    public void Dispose() { }

    private BoundTerms Backpropagate(in Minibatch batch, double klWeight)
    {
        Array.Clear(_gradient);
        Forward(batch);
        var terms = Losses(batch, klWeight);
        _decoder.Backward(_parameters, _latent, batch.Count * K, _gradient);
        _decoderAtMean?.Backward(_parameters, _mean, batch.Count, _gradient);
        for (int r = 0; r < batch.Count; r++) PosteriorDeltas(batch, r, klWeight * _shares[r]);
        _encoder.Backward(_parameters, batch.Features.Span, batch.Count, _gradient);
        _likelihood.StoreGradient(_gradient);
        _prior.StoreGradient(_parameters, _gradient);
        return terms;
    }

    private void Forward(in Minibatch batch)
    {
        int n = _architecture.LatentDimension;
        batch.WriteShares(_shares);
        _likelihood.Prepare(_parameters);
        _prior.Prepare(_parameters);
        _encoder.Forward(_parameters, batch.Features.Span, batch.Count);
        var noise = batch.Noise.Span;
        for (int r = 0; r < batch.Count; r++)
            for (int j = 0; j < n; j++)
            {
                float mean = _mean[(r * n) + j] = Head(r)[j], deviation = MathF.Exp(0.5f * LogVariance(r, j));
                for (int s = 0; s < K; s++)
                {
                    int at = (((r * K) + s) * n) + j;
                    _latent[at] = mean + (deviation * noise[at]);
                }
            }
        _decoder.Forward(_parameters, _latent, batch.Count * K);
        _decoderAtMean?.Forward(_parameters, _mean, batch.Count);
    }

    // Sums the terms, and leaves ∂loss/∂output in the decoders' deltas and in the gradients of likelihood and prior.
    private BoundTerms Losses(in Minibatch batch, double klWeight)
    {
        double value = 0, logLikelihood = 0, kl = 0;
        for (int r = 0; r < batch.Count; r++)
        {
            var row = RowTerms(batch, r, klWeight);
            (value, logLikelihood, kl) = (value + (_shares[r] * row.Value), logLikelihood + (_shares[r] * row.LogLikelihood), kl + (_shares[r] * row.Kl));
        }
        return new BoundTerms(value, logLikelihood, kl);
    }

    private BoundTerms RowTerms(in Minibatch batch, int r, double klWeight)
    {
        int m = _architecture.FeatureCount;
        var x = new PlainTarget(batch.Features.Span.Slice(r * m, m), batch.Observed.IsEmpty ? default : batch.Observed.Span.Slice(r * m, m));
        double[] logLikelihoods = new double[K], divergences = new double[K], logWeights = new double[K], shares = new double[K];
        for (int s = 0; s < K; s++)
        {
            logLikelihoods[s] = _likelihood.LogLikelihood(x, Output(_decoder, (r * K) + s), _decoderAtMean is null ? default : Output(_decoderAtMean, r));
            divergences[s] = HasClosedKl ? ClosedKl(r) : LogPosterior(batch, r, s) - _prior.LogDensity(Latent((r * K) + s));
            logWeights[s] = logLikelihoods[s] - (klWeight * divergences[s]);
        }
        double value = _settings.Bound.Weigh(logWeights, shares);
        for (int s = 0; s < K; s++)
        {
            float share = (float)(_shares[r] * shares[s]);
            _likelihood.Differentiate(x, Output(_decoder, (r * K) + s), _decoderAtMean is null ? default : Output(_decoderAtMean, r), share,
                Delta(_decoder, (r * K) + s), _decoderAtMean is null ? default : Delta(_decoderAtMean, r), isFirst: s == 0);
            _prior.Differentiate(r, s, HasClosedKl ? 0 : klWeight * share, Latent((r * K) + s));
        }
        return new BoundTerms(value, logLikelihoods.Average(), divergences.Average());
    }

    private double ClosedKl(int r)
    {
        double sum = 0;
        for (int j = 0; j < _architecture.LatentDimension; j++) sum += DiagonalGaussian.Kl(Head(r)[j], LogVariance(r, j));
        return sum;
    }

    // log q(z|x) at z = μ + σε.
    private double LogPosterior(in Minibatch batch, int r, int s)
    {
        int n = _architecture.LatentDimension;
        double sum = 0;
        for (int j = 0; j < n; j++)
        {
            double epsilon = batch.Noise.Span[(((r * K) + s) * n) + j];
            sum -= 0.5 * (StableMath.Log2Pi + LogVariance(r, j) + (epsilon * epsilon));
        }
        return sum;
    }

    // ∂loss/∂head of one row, through z = μ + σε and through the divergence; klShare is β times the row's share.
    private void PosteriorDeltas(in Minibatch batch, int r, double klShare)
    {
        int n = _architecture.LatentDimension, headLength = _layout.Head.Output.Length;
        var noise = batch.Noise.Span;
        var delta = _encoder.OutputDelta.Slice(r * headLength, headLength);
        delta.Clear();
        for (int j = 0; j < n; j++)
        {
            float logVariance = LogVariance(r, j);
            double mean = (_decoderAtMean?.InputDelta[(r * n) + j] ?? 0) + (HasClosedKl ? klShare * _mean[(r * n) + j] : 0);
            double spread = 0.5 * klShare * (HasClosedKl ? StableMath.ExpM1(logVariance) : -1);
            for (int s = 0; s < K; s++)
            {
                int at = (((r * K) + s) * n) + j;
                double latent = _decoder.InputDelta[at] - _prior.LatentGradient(at);
                mean += latent;
                spread += 0.5 * latent * noise[at] * Math.Exp(0.5 * logVariance);
            }
            int variance = _architecture.Posterior.LogVarianceAt(n, j);
            delta[j] = (float)mean;
            if (Head(r)[variance] == logVariance) delta[variance] += (float)spread;
        }
    }

    private ReadOnlySpan<float> Head(int r) => _encoder.Output.Slice(r * _layout.Head.Output.Length, _layout.Head.Output.Length);

    private ReadOnlySpan<float> Latent(int row) => _latent.AsSpan(row * _architecture.LatentDimension, _architecture.LatentDimension);

    private Span<float> Output(PlainPass pass, int row) => pass.Output.Slice(row * _likelihood.OutputCount, _likelihood.OutputCount);

    private Span<float> Delta(PlainPass pass, int row) => pass.OutputDelta.Slice(row * _likelihood.OutputCount, _likelihood.OutputCount);

    private float LogVariance(int r, int j) => Math.Clamp(
        Head(r)[_architecture.Posterior.LogVarianceAt(_architecture.LatentDimension, j)], DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance);

    private sealed class PlainFactory : ITrainingEngineFactory
    {
        public string Name => "plain";

        public ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings) =>
            new PlainEngine(architecture, initial, settings);
    }
}
