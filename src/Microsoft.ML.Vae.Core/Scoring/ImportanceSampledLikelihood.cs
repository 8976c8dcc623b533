namespace Microsoft.ML.Vae.Core;

/// <summary>log p(x) of single rows by importance sampling from their posterior: log mean_s w_s over thousands of draws (Burda et al. 2016).</summary>
/// <remarks>A lower bound in expectation, tight as draws grow. Draws are streamed: memory does not grow with their number. Same seed, same bits; a row's result
/// depends on that row alone. Owns its buffers: one instance per thread.</remarks>
public sealed class ImportanceSampledLikelihood
{
    private const int Together = SampledDistortion.MaximumDecoderRows;

    private readonly VaeModel _model;
    private readonly IPriorDensity _prior;
    private readonly IForwardPass _encoder, _decoder;
    private readonly RandomStream _random;
    private readonly float[] _noise, _latent, _mean, _logVariance, _row;
    private readonly double[] _terms, _charges;
    private readonly bool[] _isUnit;
    private readonly int _draws, _outputs;

    /// <summary>Prepares estimates of so many draws a row.</summary>
    public ImportanceSampledLikelihood(VaeModel model, int draws = 2000, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        (_model, _draws, _random, _prior) = (model, draws, RandomStream.FromSeed(seed), model.CreatePriorDensity());
        int n = model.LatentDimension;
        var layout = model.Parameters.Layout;
        var values = model.Parameters.Values;
        (_encoder, _decoder, _outputs) = (ForwardPass.Create(values, layout.Encoder, 1), ForwardPass.Create(values, layout.Decoder, Together), layout.Decoder[^1].Output.Length);
        (_noise, _latent, _mean, _logVariance) = (new float[Together * n], new float[Together * n], new float[n], new float[n]);
        (_row, _terms, _charges) = (new float[model.FeatureCount], new double[model.FeatureCount], new double[model.FeatureCount]);
        _isUnit = model.Architecture.Likelihood.UnitFeatures(model.FeatureCount);
    }

    /// <summary>log p(x) of a raw row per unit volume of the scaled features, nats; NaN where the row holds NaN or infinity. Of a likelihood on [0, 1] values beyond are charged as in a score.</summary>
    /// <exception cref="ArgumentException">The row has another number of features.</exception>
    public double LogLikelihood(ReadOnlySpan<float> row)
    {
        if (row.Length != _model.FeatureCount) throw new ArgumentException($"Expected a row of {_model.FeatureCount} features, got {row.Length}.", nameof(row));
        foreach (float v in row)
            if (!float.IsFinite(v)) return double.NaN;
        Encode(row);
        var sum = new LogSumExp();
        for (int done = 0, count; done < _draws; done += count)
        {
            count = Math.Min(Together, _draws - done);
            Sample(done, count);
            var outputs = _decoder.Run(_latent.AsSpan(0, count * _mean.Length), count);
            for (int s = 0; s < count; s++) sum.Add(LogWeight(s, outputs.Slice(s * _outputs, _outputs)));
        }
        return sum.Value - Math.Log(_draws);
    }

    private void Encode(ReadOnlySpan<float> row)
    {
        row.CopyTo(_row);
        _model.Scaling.Apply(_row);
        UnitRange.Clamp(_row, _isUnit, _charges);
        var head = _encoder.Run(_row, 1);
        for (int j = 0; j < _mean.Length; j++)
        {
            _mean[j] = head[j];
            _logVariance[j] = Math.Clamp(
                head[_model.Architecture.Posterior.LogVarianceAt(_mean.Length, j)], DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance);
        }
    }

    private void Sample(int done, int count)
    {
        int n = _mean.Length;
        _random.Split((ulong)(done / Together)).Normals(_noise.AsSpan(0, count * n));
        for (int i = 0; i < count * n; i++) _latent[i] = _mean[i % n] + (MathF.Exp(0.5f * _logVariance[i % n]) * _noise[i]);
    }

    // log p(x|z) + log p(z) − log q(z|x)
    private double LogWeight(int draw, ReadOnlySpan<float> output)
    {
        var likelihood = _model.Architecture.Likelihood;
        var parameters = _model.LikelihoodParameters;
        likelihood.LogLikelihoodAtMode(_row, parameters, _terms);
        double weight = _terms.Sum();
        likelihood.Distortion(_row, output, parameters, _terms);
        weight -= (likelihood.RowWeight(_row) * _terms.Sum()) + _charges.Sum();
        int n = _mean.Length;
        for (int j = 0; j < n; j++)
        {
            double epsilon = _noise[(draw * n) + j];
            weight += 0.5 * (StableMath.Log2Pi + _logVariance[j] + (epsilon * epsilon));
        }
        return weight + _prior.LogDensity(_latent.AsSpan(draw * n, n));
    }

    // A running maximum keeps the sum in range.
    private struct LogSumExp
    {
        private double _largest = double.NegativeInfinity, _sum;

        public LogSumExp() { }

        public readonly double Value => _largest + Math.Log(_sum);

        public void Add(double value)
        {
            if (value > _largest)
            {
                _sum *= Math.Exp(_largest - value);
                _largest = value;
            }
            _sum += Math.Exp(value - _largest);
        }
    }
}
