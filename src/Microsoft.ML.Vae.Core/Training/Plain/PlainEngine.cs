namespace Microsoft.ML.Vae.Core;

/// <summary>The engine to read: correct, deterministic, unhurried. The fast engine is tested against it.</summary>
public sealed class PlainEngine : ITrainingEngine
{
    private readonly VaeArchitecture _architecture;
    private readonly ParameterLayout _layout;
    private readonly EngineSettings _settings;
    private readonly Adam _adam;
    private readonly float[] _parameters, _gradient, _mean, _latent, _reconstruction, _scratch;
    private readonly double[] _terms, _likelihoodGradient;
    private readonly NetworkPass _encoder, _decoder;
    private readonly NetworkPass? _decoderAtMean;

    /// <summary>Starts at <paramref name="initial"/>.</summary>
    public PlainEngine(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings)
    {
        (_architecture, _layout, _settings) = (architecture, initial.Layout, settings);
        int rows = settings.MaximumBatchSize, m = architecture.FeatureCount, n = architecture.LatentDimension;
        _parameters = initial.Values.ToArray();
        _gradient = new float[_layout.Length];
        _adam = new Adam(_layout, settings, architecture.Likelihood.ParameterFloor);
        (_mean, _latent, _reconstruction, _scratch) = (new float[rows * n], new float[rows * n], new float[m], new float[m]);
        (_terms, _likelihoodGradient) = (new double[m], new double[_layout.Likelihood.Length]);
        _encoder = new NetworkPass(_layout.Encoder, rows, settings.Threads);
        _decoder = new NetworkPass(_layout.Decoder, rows, settings.Threads);
        _decoderAtMean = settings.LossForm == LossForm.Split ? new NetworkPass(_layout.Decoder, rows, settings.Threads) : null;
    }

    /// <summary>Makes plain engines.</summary>
    public static ITrainingEngineFactory Factory { get; } = new PlainFactory();

    private ReadOnlySpan<float> LikelihoodParameters => _parameters.AsSpan(_layout.Likelihood.Offset, _layout.Likelihood.Length);

    /// <inheritdoc/>
    public ElboTerms Step(in Minibatch batch, in StepSettings settings)
    {
        var terms = Backpropagate(batch, settings.KlWeight);
        _adam.Step(_parameters, _gradient, settings);
        return terms;
    }

    /// <inheritdoc/>
    public ElboTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient)
    {
        var terms = Backpropagate(batch, klWeight);
        _gradient.CopyTo(gradient);
        return terms;
    }

    /// <inheritdoc/>
    public ElboTerms Evaluate(in Minibatch batch, double klWeight)
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

    private ElboTerms Backpropagate(in Minibatch batch, double klWeight)
    {
        Array.Clear(_gradient);
        Array.Clear(_likelihoodGradient);
        Forward(batch);
        var terms = Losses(batch, klWeight);
        _decoder.Backward(_parameters, _latent, batch.Count, _gradient);
        _decoderAtMean?.Backward(_parameters, _mean, batch.Count, _gradient);
        PosteriorDeltas(batch, klWeight);
        _encoder.Backward(_parameters, batch.Features, batch.Count, _gradient);
        for (int i = 0; i < _likelihoodGradient.Length; i++) _gradient[_layout.Likelihood.Offset + i] = (float)_likelihoodGradient[i];
        return terms;
    }

    private void Forward(in Minibatch batch)
    {
        int n = _architecture.LatentDimension;
        _encoder.Forward(_parameters, batch.Features, batch.Count);
        var noise = batch.Noise.Span;
        for (int r = 0; r < batch.Count; r++)
            for (int j = 0; j < n; j++)
            {
                float mean = _encoder.Output[(r * 2 * n) + j], logVariance = LogVariance(r, j);
                _mean[(r * n) + j] = mean;
                _latent[(r * n) + j] = mean + (MathF.Exp(0.5f * logVariance) * noise[(r * n) + j]);
            }
        _decoder.Forward(_parameters, _latent, batch.Count);
        _decoderAtMean?.Forward(_parameters, _mean, batch.Count);
    }

    // Sums the terms and leaves ∂loss/∂output in the decoders' deltas and in the likelihood's gradient.
    private ElboTerms Losses(in Minibatch batch, double klWeight)
    {
        int n = _architecture.LatentDimension;
        double total = RowWeightSum(batch), logLikelihood = 0, kl = 0;
        for (int r = 0; r < batch.Count; r++)
        {
            double weight = RowWeight(batch, r) / total;
            logLikelihood += weight * RowLogLikelihood(batch, r, weight);
            double rowKl = 0;
            for (int j = 0; j < n; j++) rowKl += DiagonalGaussian.Kl(_encoder.Output[(r * 2 * n) + j], LogVariance(r, j));
            kl += weight * rowKl;
        }
        return new ElboTerms(logLikelihood, kl, klWeight);
    }

    private double RowLogLikelihood(in Minibatch batch, int r, double weight)
    {
        int m = _architecture.FeatureCount;
        var likelihood = _architecture.Likelihood;
        var x = batch.Features.Span.Slice(r * m, m);
        double metricWeight = likelihood.RowWeight(x), mode = likelihood.LogLikelihoodAtMode(x, LikelihoodParameters);
        likelihood.AddModeGradient(LikelihoodParameters, weight, _likelihoodGradient);
        double distortion = _decoderAtMean is null
            ? Distort(x, _decoder, r, weight * metricWeight)
            : Distort(x, _decoderAtMean, r, weight * metricWeight) + DistortCoding(r, weight * metricWeight);
        return mode - (metricWeight * distortion);
    }

    private double Distort(ReadOnlySpan<float> x, NetworkPass decoder, int r, double weight)
    {
        int m = _architecture.FeatureCount;
        ReadOnlySpan<float> output = decoder.Output.Slice(r * m, m);
        var delta = decoder.OutputDelta.Slice(r * m, m);
        _architecture.Likelihood.Distortion(x, output, LikelihoodParameters, _terms);
        _architecture.Likelihood.OutputGradient(x, output, LikelihoodParameters, delta);
        for (int i = 0; i < m; i++) delta[i] *= (float)weight;
        _architecture.Likelihood.AddParameterGradient(x, output, LikelihoodParameters, weight, _likelihoodGradient);
        return _terms.Sum();
    }

    // D(x̆, x̂): both arguments depend on the parameters.
    private double DistortCoding(int r, double weight)
    {
        int m = _architecture.FeatureCount;
        var link = _architecture.Likelihood.Link;
        _decoderAtMean!.Output.Slice(r * m, m).CopyTo(_reconstruction);
        link.Apply(_reconstruction);
        double distortion = Distort(_reconstruction, _decoder, r, weight);
        _architecture.Likelihood.TargetGradient(_reconstruction, _decoder.Output.Slice(r * m, m), LikelihoodParameters, _scratch);
        link.Backward(_reconstruction, _scratch);
        var delta = _decoderAtMean.OutputDelta.Slice(r * m, m);
        for (int i = 0; i < m; i++) delta[i] += (float)weight * _scratch[i];
        return distortion;
    }

    // ∂loss/∂(μ, log σ²), through z = μ + σε and through the KL.
    private void PosteriorDeltas(in Minibatch batch, double klWeight)
    {
        int n = _architecture.LatentDimension;
        double total = RowWeightSum(batch);
        var noise = batch.Noise.Span;
        var delta = _encoder.OutputDelta;
        for (int r = 0; r < batch.Count; r++)
        {
            double weight = klWeight * RowWeight(batch, r) / total;
            for (int j = 0; j < n; j++)
            {
                int at = (r * n) + j, head = (r * 2 * n) + j;
                float raw = _encoder.Output[head + n], logVariance = LogVariance(r, j), latentDelta = _decoder.InputDelta[at];
                delta[head] = latentDelta + (_decoderAtMean?.InputDelta[at] ?? 0f) + (float)(weight * _mean[at]);
                double slope = (0.5 * latentDelta * noise[at] * Math.Exp(0.5 * logVariance)) + (0.5 * weight * StableMath.ExpM1(logVariance));
                delta[head + n] = raw == logVariance ? (float)slope : 0f;
            }
        }
    }

    private float LogVariance(int r, int j)
    {
        int n = _architecture.LatentDimension;
        return Math.Clamp(_encoder.Output[(r * 2 * n) + n + j], DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance);
    }

    private static double RowWeight(in Minibatch batch, int r) => batch.Weights.IsEmpty ? 1 : batch.Weights.Span[r];

    private static double RowWeightSum(in Minibatch batch)
    {
        if (batch.Weights.IsEmpty) return batch.Count;
        double sum = 0;
        foreach (float w in batch.Weights.Span[..batch.Count]) sum += w;
        return sum > 0 ? sum : 1;
    }

    private sealed class PlainFactory : ITrainingEngineFactory
    {
        public string Name => "plain";

        public ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings) =>
            new PlainEngine(architecture, initial, settings);
    }
}
