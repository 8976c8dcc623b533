namespace Microsoft.ML.Vae.Core;

/// <summary>Accumulates (2/β) σⱼσₖ x_μⱼᵀ G_x x_μₖ over rows, with exact Jacobians.</summary>
internal sealed class IsometryProbe
{
    private readonly VaeModel _model;
    private readonly NetworkImmersion _immersion;
    private readonly double[] _latent, _mean, _jacobian, _tangent, _product;
    private readonly float[] _modeRow;
    private readonly IPriorDensity _prior;

    public IsometryProbe(VaeModel model)
    {
        (_model, _immersion, _prior) = (model, model.CreateDecoderImmersion(), model.CreatePriorDensity());
        int m = model.FeatureCount, n = model.LatentDimension;
        (_latent, _mean, _jacobian) = (new double[n], new double[m], new double[m * n]);
        (_tangent, _product, _modeRow) = (new double[m], new double[m], new float[m]);
    }

    public IsometryReport Measure(PosteriorTable posterior)
    {
        int n = _model.LatentDimension, seen = 0;
        var importance = LatentImportance.Of(_model, posterior.LogVariance);
        var latents = Enumerable.Range(0, n).Select(_ => (Norm: new Moments(), Cosine: new Moments(), Expected: new Moments())).ToArray();
        var (departure, density) = (new Moments(), new Moments());
        var gram = new double[n * n];
        for (int r = 0; r < posterior.Rows; r++)
        {
            Span<float> mean = posterior.Mean.AsSpan(r * n, n), logVariance = posterior.LogVariance.AsSpan(r * n, n);
            if (!Gram(mean, logVariance, gram)) continue;
            seen++;
            for (int j = 0; j < n; j++)
            {
                latents[j].Norm.Add(gram[(j * n) + j]);
                latents[j].Cosine.Add(MeanAbsoluteCosine(gram, j, importance));
                latents[j].Expected.Add(ExpectedNorm(logVariance[j], importance.PriorVariance[j]));
            }
            AddDeparture(gram, mean, logVariance, importance, departure, density);
        }
        return new IsometryReport(
            [.. latents.Select((l, j) => new LatentIsometry(j, importance.InverseVariance[j], importance.IsActive(j), l.Norm.Mean, l.Norm.Deviation, l.Cosine.Mean, l.Expected.Mean))],
            seen, departure.Mean, departure.Deviation, density.Deviation);
    }

    /// <summary>Writes the scaled Gram matrix of one row, [n, n]; false where the row has no posterior.</summary>
    public bool Gram(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, Span<double> gram)
    {
        int n = mean.Length, m = _mean.Length;
        for (int j = 0; j < n; j++)
            if (!double.IsFinite(_latent[j] = mean[j])) return false;
        _immersion.Evaluate(_latent, _mean);
        _immersion.Jacobian(_latent, _jacobian);
        for (int i = 0; i < m; i++) _modeRow[i] = (float)_mean[i];
        double scale = 2 / _model.KlWeight * _model.Architecture.Likelihood.RowWeight(_modeRow);
        for (int k = 0; k < n; k++)
        {
            for (int i = 0; i < m; i++) _tangent[i] = _jacobian[(i * n) + k];
            _model.Architecture.Likelihood.Metric(_mean, _model.LikelihoodParameters, _tangent, _product);
            for (int j = k; j < n; j++)
            {
                double sum = 0;
                for (int i = 0; i < m; i++) sum += _jacobian[(i * n) + j] * _product[i];
                gram[(j * n) + k] = gram[(k * n) + j] = scale * Math.Exp(0.5 * (logVariance[j] + logVariance[k])) * sum;
            }
        }
        return true;
    }

    // Rows where a latent has no effect, or is wider than the prior, have no density: they do not count unless all are such.
    private void AddDeparture(double[] gram, Span<float> mean, Span<float> logVariance, LatentImportance importance, Moments departure, Moments density)
    {
        int n = mean.Length;
        double logDensity = _prior.LogDensity(mean), expected = 0;
        int[] active = [.. importance.Active];
        var submatrix = new double[active.Length * active.Length];
        for (int a = 0; a < active.Length; a++)
        {
            int j = active[a];
            logDensity += 0.5 * logVariance[j];
            expected += Math.Log(ExpectedNorm(logVariance[j], importance.PriorVariance[j]));
            for (int b = 0; b < active.Length; b++) submatrix[(a * active.Length) + b] = gram[(j * n) + active[b]];
        }
        double difference = LogDeterminant.HalfOf(submatrix, active.Length) - (0.5 * expected);
        if (!double.IsFinite(difference)) return;
        departure.Add(difference);
        density.Add(logDensity);
    }

    private static double ExpectedNorm(float logVariance, double priorVariance) => 1 - (Math.Exp(logVariance) / priorVariance);

    private static double MeanAbsoluteCosine(double[] gram, int j, LatentImportance importance)
    {
        int n = importance.InverseVariance.Count, others = 0;
        double sum = 0;
        for (int k = 0; k < n; k++)
        {
            double length = Math.Sqrt(gram[(j * n) + j] * gram[(k * n) + k]);
            if (k == j || !importance.IsActive(k) || length == 0) continue;
            sum += Math.Abs(gram[(j * n) + k]) / length;
            others++;
        }
        return others == 0 ? 0 : sum / others;
    }

    // Mean and standard deviation (of the population) of what passes; NaN of nothing.
    private sealed class Moments
    {
        private double _count, _mean, _squares;

        public double Mean => _count == 0 ? double.NaN : _mean;

        public double Deviation => _count == 0 ? double.NaN : Math.Sqrt(_squares / _count);

        public void Add(double value)
        {
            double before = value - _mean;
            _mean += before / ++_count;
            _squares += before * (value - _mean);
        }
    }
}
