namespace Microsoft.ML.Vae.Core;

/// <summary>Accumulates (2/β) σⱼσₖ x_μⱼᵀ G_x x_μₖ over rows, with exact Jacobians.</summary>
internal sealed class IsometryProbe
{
    private readonly VaeModel _model;
    private readonly NetworkImmersion _immersion;
    private readonly double[] _latent, _mean, _jacobian, _tangent, _product;
    private readonly float[] _modeRow;

    public IsometryProbe(VaeModel model)
    {
        (_model, _immersion) = (model, model.CreateDecoderImmersion());
        int m = model.FeatureCount, n = model.LatentDimension;
        (_latent, _mean, _jacobian) = (new double[n], new double[m], new double[m * n]);
        (_tangent, _product, _modeRow) = (new double[m], new double[m], new float[m]);
    }

    public IsometryReport Measure(PosteriorTable posterior)
    {
        int n = _model.LatentDimension, seen = 0;
        var importance = LatentImportance.Of(_model, posterior.LogVariance);
        var (sums, squares, cosines) = (new double[n], new double[n], new double[n]);
        var gram = new double[n * n];
        for (int r = 0; r < posterior.Rows; r++)
        {
            if (!Gram(posterior.Mean.AsSpan(r * n, n), posterior.LogVariance.AsSpan(r * n, n), gram)) continue;
            seen++;
            for (int j = 0; j < n; j++)
            {
                double norm = gram[(j * n) + j];
                (sums[j], squares[j]) = (sums[j] + norm, squares[j] + (norm * norm));
                cosines[j] += MeanAbsoluteCosine(gram, j, importance);
            }
        }
        double count = Math.Max(1, seen);
        return new IsometryReport([.. Enumerable.Range(0, n).Select(j => new LatentIsometry(
            j, importance.InverseVariance[j], importance.IsActive(j), sums[j] / count,
            Math.Sqrt(Math.Max(0, (squares[j] / count) - (sums[j] / count * (sums[j] / count)))), cosines[j] / count))], seen);
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
}
