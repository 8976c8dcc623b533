namespace Microsoft.ML.Vae.Core;

/// <summary>Known rows on their way to a <see cref="ReferenceBank"/>: chosen before training, given scales, levels and coordinates after it.</summary>
internal sealed class ReferenceFit
{
    // Of a feature's spread: the floor of the likelihood's deviations.
    private const double LeastScale = 0.03;

    // A latent whose means spread less than this carries nothing that tells rows apart; the prior's own deviation is 1.
    private const double LeastLatentDeviation = 0.1;

    private readonly float[] _rows, _weights;
    private readonly double[] _leastSquares;
    private readonly ReferenceCategories? _categories;

    /// <summary>Chooses.</summary>
    /// <param name="candidates">A random draw of the raw rows that train or choose.</param>
    /// <param name="statistics">Of all training rows.</param>
    /// <param name="scaling">Brings rows to the encoder's scale.</param>
    /// <param name="isUnit">Features that must lie in [0, 1].</param>
    /// <param name="blocks">Which features are categories and flags; null: a number.</param>
    /// <param name="count">Most rows.</param>
    /// <param name="random">Draws.</param>
    public ReferenceFit(MatrixRows candidates, ColumnStatistics statistics, FeatureScaling scaling, bool[] isUnit, IReadOnlyList<CategoricalBlock?> blocks, int count, RandomStream random)
    {
        int m = candidates.FeatureCount;
        (_weights, _leastSquares) = (new float[m], new double[m]);
        for (int i = 0; i < m; i++)
        {
            double factor = Math.Abs(scaling.Factors[i]), range = (statistics.Maximum[i] - statistics.Minimum[i]) * factor, spread = statistics.StandardDeviation[i] * factor;
            bool isConstant = FeatureScaling.IsConstant(statistics.Mean[i], statistics.StandardDeviation[i]) || !float.IsNormal((float)(1 / range));
            _weights[i] = isConstant ? 0 : (float)(1 / range);
            _leastSquares[i] = isConstant ? LeastScale * LeastScale : LeastScale * LeastScale * spread * spread;
        }
        _categories = ReferenceCategories.Of(blocks, statistics);
        for (int i = 0; i < m; i++)
            if (blocks[i] is { } block && _weights[i] > 0) _weights[i] = _categories!.SearchWeight(block, i);
        float[] rows = candidates.ToArray();
        scaling.Apply(rows);
        if (isUnit.Contains(true)) UnitRange.Clamp(rows, isUnit);
        _rows = ReferenceSelection.Choose(new MatrixRows(rows, m), _weights, count, random);
    }

    /// <summary>Learns scales and levels by leaving one out, each known row judged by the others.</summary>
    /// <param name="model">The trained encoder.</param>
    /// <param name="posterior">Of rows that did not train where there are such: which latents carry something, and how finely.</param>
    public ReferenceBank Learn(VaeModel model, PosteriorTable posterior)
    {
        int m = _weights.Length, n = model.LatentDimension, count = _rows.Length / m;
        float[] scales = LatentScales(posterior, n), ones = [.. Enumerable.Repeat(1f, m)], means = new float[count * n];
        using (var encoder = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.Encoder, count))
        {
            int length = model.Parameters.Layout.Head.Output.Length;
            var heads = encoder.Run(_rows, count);
            for (int r = 0; r < count; r++) heads.Slice(r * length, n).CopyTo(means.AsSpan(r * n));
        }
        int[] active = [.. Enumerable.Range(0, n).Where(j => scales[j] > 0)];
        float[] coordinates = [.. Enumerable.Range(0, count).SelectMany(r => active.Select(j => means[(r * n) + j] * scales[j]))];
        float[][] categories = _categories is null ? [] : [_categories.Buffer];
        var plain = new ReferenceBank(m, n, [_rows, _weights, scales, coordinates, new float[count * m], ones, ones, ones, .. categories]);
        var (near, narrow, wide) = (new double[m], new double[m], new double[m]);
        new BankScorer(plain, count).ForEachKnown((r, residual, nearest) => residual.AddSquares(plain[r], plain.Searched.AsSpan(r * m, m), nearest.Span, near, narrow, wide));
        var scaled = new ReferenceBank(m, n, [_rows, _weights, scales, coordinates, new float[count * m], Precision(near), Precision(narrow), Precision(wide), .. categories]);
        var (levels, terms) = (scaled.Levels, new double[m]);
        new BankScorer(scaled, count).ForEachKnown((r, residual, nearest) =>
        {
            residual.Compute(scaled[r], scaled.Searched.AsSpan(r * m, m), nearest.Span, terms);
            for (int i = 0; i < m; i++) levels[(r * m) + i] = (float)terms[i];
        });
        return scaled;

        float[] Precision(double[] squares) => [.. squares.Zip(_leastSquares, (s, least) => (float)Math.Min(float.MaxValue, 0.25 / Math.Max(least, s / count)))];
    }

    // √E[σ⁻²] where the means spread at all.
    private static float[] LatentScales(PosteriorTable posterior, int n)
    {
        var scales = new float[n];
        for (int j = 0; j < n; j++)
        {
            double sum = 0, squares = 0, inverse = 0;
            for (int at = j; at < posterior.Mean.Length; at += n)
            {
                double mean = posterior.Mean[at];
                (sum, squares, inverse) = (sum + mean, squares + (mean * mean), inverse + Math.Exp(-posterior.LogVariance[at]));
            }
            double rows = posterior.Rows, variance = (squares / rows) - (sum / rows * (sum / rows)), scale = Math.Sqrt(inverse / rows);
            if (variance > LeastLatentDeviation * LeastLatentDeviation && double.IsFinite(scale)) scales[j] = (float)scale;
        }
        return scales;
    }
}
