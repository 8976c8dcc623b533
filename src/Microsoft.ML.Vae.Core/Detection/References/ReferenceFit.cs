using System.Numerics.Tensors;

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
        float[] rows = candidates.ToArray(), centre = [.. statistics.Mean.Select(v => (float)v)];
        // A row without anything observed is like no other.
        if (TensorPrimitives.IsNaNAny(rows)) rows = [.. rows.Chunk(m).Where(r => !Array.TrueForAll(r, float.IsNaN)).SelectMany(r => r)];
        scaling.Apply(rows);
        scaling.Apply(centre);
        if (isUnit.Contains(true)) UnitRange.Clamp(rows, isUnit);
        _rows = ReferenceSelection.Choose(new MatrixRows(rows, m), _weights, centre, count, random);
    }

    /// <summary>Learns scales and levels by leaving one out, each known row judged by the others. Of a row with gaps the model imputes what is missing, and what is observed teaches.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="posterior">Of rows that did not train where there are such: which latents carry something, and how finely.</param>
    /// <returns>Null where no candidate holds anything.</returns>
    public ReferenceBank? Learn(VaeModel model, PosteriorTable posterior)
    {
        if (_rows.Length == 0) return null;
        int m = _weights.Length, n = model.LatentDimension, count = _rows.Length / m;
        bool[] isMissing = Missing(model);
        float[] rows = isMissing.Contains(true) ? Imputed(model, isMissing) : _rows;
        float[] scales = LatentScales(posterior, n), ones = [.. Enumerable.Repeat(1f, m)];
        float[][] categories = _categories is null ? [] : [_categories.Buffer], coordinates = [Coordinates(model, rows, scales)];
        var plain = new ReferenceBank(m, n, [rows, _weights, scales, .. coordinates, new float[count * m], ones, ones, ones, .. categories]);
        var squares = new LeftOutSquares(m);
        new BankScorer(plain, count).ForEachKnown((r, residual, nearest) =>
            squares.Add(residual, plain[r], plain.Searched.AsSpan(r * m, m), nearest.Span, isMissing.AsSpan(r * m, m)));
        var bank = new ReferenceBank(
            m, n, [rows, _weights, scales, .. coordinates, new float[count * m], .. squares.Precisions(_leastSquares, count), .. categories]);
        var terms = new double[m];
        new BankScorer(bank, count).ForEachKnown((r, residual, nearest) =>
        {
            residual.Compute(bank[r], bank.Searched.AsSpan(r * m, m), nearest.Span, terms);
            for (int i = 0; i < m; i++) bank.Levels[(r * m) + i] = (float)terms[i];
        });
        FillLevels(bank.Levels, isMissing, m);
        return bank;
    }

    // Features that share outputs are missing together.
    private bool[] Missing(VaeModel model)
    {
        bool[] isMissing = [.. _rows.Select(float.IsNaN)];
        if (!isMissing.Contains(true)) return isMissing;
        float[] copy = [.. _rows], observed = new float[_rows.Length];
        ObservedValues.Of(model.Architecture.Likelihood, _weights.Length)!.Separate(copy, observed);
        return [.. observed.Select(o => o == 0)];
    }

    private float[] Imputed(VaeModel model, bool[] isMissing)
    {
        int m = _weights.Length, count = _rows.Length / m;
        float[] rows = [.. _rows], raw = [.. _rows];
        model.Scaling.Undo(raw);
        var scorer = new VaeScorer(model, count, LossEstimator.Default);
        scorer.Score(raw, count, VaeOutputs.Posterior);
        for (int i = 0; i < rows.Length; i++)
            if (isMissing[i]) rows[i] = scorer.Scaled[i];
        return rows;
    }

    // Isometric, of the latents with a scale.
    private static float[] Coordinates(VaeModel model, float[] rows, float[] scales)
    {
        int n = scales.Length, count = rows.Length / model.FeatureCount, length = model.Parameters.Layout.Head.Output.Length;
        var means = new float[count * n];
        using var encoder = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.Encoder, count);
        var heads = encoder.Run(rows, count);
        for (int r = 0; r < count; r++) heads.Slice(r * length, n).CopyTo(means.AsSpan(r * n));
        int[] active = [.. Enumerable.Range(0, n).Where(j => scales[j] > 0)];
        return [.. Enumerable.Range(0, count).SelectMany(r => active.Select(j => means[(r * n) + j] * scales[j]))];
    }

    // What is imputed is no rarer than usual.
    private static void FillLevels(float[] levels, bool[] isMissing, int m)
    {
        for (int i = 0; i < m; i++)
        {
            double sum = 0;
            int observed = 0;
            for (int at = i; at < levels.Length; at += m)
                if (!isMissing[at]) (sum, observed) = (sum + levels[at], observed + 1);
            for (int at = i; at < levels.Length; at += m)
                if (isMissing[at]) levels[at] = (float)(sum / Math.Max(1, observed));
        }
    }

    // √E[σ⁻²] where the means spread at all.
    private static float[] LatentScales(PosteriorTable posterior, int n)
    {
        var scales = new float[n];
        for (int j = 0; j < n; j++)
        {
            double sum = 0, squares = 0, inverse = 0, rows = 0;
            for (int at = j; at < posterior.Mean.Length; at += n)
            {
                double mean = posterior.Mean[at];
                // A row that nothing is observed of has no posterior.
                if (double.IsNaN(mean)) continue;
                (sum, squares, inverse, rows) = (sum + mean, squares + (mean * mean), inverse + Math.Exp(-posterior.LogVariance[at]), rows + 1);
            }
            double variance = (squares / rows) - (sum / rows * (sum / rows)), scale = Math.Sqrt(inverse / rows);
            if (variance > LeastLatentDeviation * LeastLatentDeviation && double.IsFinite(scale)) scales[j] = (float)scale;
        }
        return scales;
    }
}
