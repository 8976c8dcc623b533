namespace Microsoft.ML.Vae.Core;

/// <summary>½ ln det(J_AᵀG_xJ_A) − ½ ln det(J_AᵀJ_A) of each row: what turns a density per unit volume of the loss metric into one per unit volume of the features.</summary>
/// <remarks>J_A: the mean decoder's Jacobian at μ for the active latents, exact by tangents. NaN where a determinant vanishes, as by a latent without effect.
/// Costs a decoder pass per active latent; nothing where G_x is a multiple of the identity and so is the scaling. A row's result depends on that row alone.</remarks>
internal sealed class VolumeRatio
{
    private readonly Likelihood _likelihood;
    private readonly float[] _parameters;
    private readonly double[] _units, _mean, _gram;
    private readonly double[][] _tangents, _products;
    private readonly double _sharedUnit;
    private readonly ITangentPass? _pass;

    public VolumeRatio(VaeModel model)
    {
        (_likelihood, _parameters) = (model.Architecture.Likelihood, model.LikelihoodParameters.ToArray());
        int m = model.FeatureCount, k = model.ActiveLatents.Count;
        _units = [.. model.Scaling.Factors.ToArray().Select(f => 1.0 / f)];
        _sharedUnit = _units.Distinct().Count() == 1 ? _units[0] : double.NaN;
        (_mean, _gram, _tangents, _products) = (new double[m], new double[k * k], [.. Rows(k, m)], [.. Rows(k, m)]);
        if (k > 0) _pass = TangentPass.Create(model.Parameters.Values, model.Parameters.Layout.MeanDecoder, model.ActiveLatents);
    }

    /// <summary>Rows that passed the decoder so far.</summary>
    public long RowsComputed => _pass?.RowsComputed ?? 0;

    private int Active => _tangents.Length;

    /// <summary>Writes the ratio of <paramref name="count"/> rows to the volume of the raw features and of the scaled ones, nats.</summary>
    /// <param name="rows">Scaled rows, [count, m].</param>
    /// <param name="mean">μ, [count, n].</param>
    /// <param name="count">Rows.</param>
    /// <param name="raw">[count].</param>
    /// <param name="scaled">[count].</param>
    public void Compute(ReadOnlySpan<float> rows, ReadOnlySpan<float> mean, int count, Span<double> raw, Span<double> scaled)
    {
        int m = _mean.Length, n = mean.Length / count, step = _pass?.MaximumRows ?? count;
        for (int from = 0; from < count; from += step)
        {
            bool isDecoded = false;
            int run = Math.Min(step, count - from);
            for (int r = from; r < from + run; r++)
            {
                var x = rows.Slice(r * m, m);
                scaled[r] = WithoutJacobian(x);
                raw[r] = Active == 0 ? 0 : scaled[r] - (Active * Math.Log(_sharedUnit));
                if (!double.IsNaN(raw[r])) continue;
                if (!isDecoded) _pass!.Run(mean.Slice(from * n, run * n), run);
                isDecoded = true;
                (raw[r], scaled[r]) = FromTangents(r - from, x);
            }
        }
    }

    // With G_x = a·I the Jacobian cancels; else NaN.
    private double WithoutJacobian(ReadOnlySpan<float> x) => Active == 0 ? 0 : 0.5 * Active * Math.Log(_likelihood.MetricScale(x) ?? double.NaN);

    private (double Raw, double Scaled) FromTangents(int decoded, ReadOnlySpan<float> x)
    {
        Widen(_pass!.Output(decoded), _mean);
        for (int j = 0; j < Active; j++)
        {
            Widen(_pass.Tangent(decoded, j), _tangents[j]);
            _likelihood.Metric(_mean, _parameters, _tangents[j], _products[j]);
        }
        double metric = HalfLogDeterminant(_products) + (0.5 * Active * Math.Log(_likelihood.RowWeight(x))), scaled = metric - HalfLogDeterminant(_tangents);
        for (int j = 0; j < Active; j++)
            for (int i = 0; i < _mean.Length; i++) _products[j][i] = _tangents[j][i] * _units[i] * _units[i];
        return (metric - HalfLogDeterminant(_products), scaled);
    }

    // ½ ln det of tⱼ·pₖ.
    private double HalfLogDeterminant(double[][] products)
    {
        for (int i = 0; i < Active; i++)
            for (int j = 0; j <= i; j++) _gram[(i * Active) + j] = System.Numerics.Tensors.TensorPrimitives.Dot<double>(_tangents[i], products[j]);
        return LogDeterminant.HalfOf(_gram, Active);
    }

    private static IEnumerable<double[]> Rows(int count, int length) => Enumerable.Range(0, count).Select(_ => new double[length]);

    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        for (int i = 0; i < target.Length; i++) target[i] = source[i];
    }
}
