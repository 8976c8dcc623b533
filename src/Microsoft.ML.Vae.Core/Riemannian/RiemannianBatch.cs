namespace Microsoft.ML.Vae.Core;

/// <summary>Loss of a few rows under a noisy decoder, −log N(x; μ(z), σ²(z)) + KL, and its gradient by what the second phase trains. Rows go in parts whose sums are added in order: the same bits for any number of threads.</summary>
internal sealed class RiemannianBatch : IDisposable
{
    private const int Parts = 4;

    private readonly VaeModel _vae;
    private readonly RbfPrecision _precision;
    private readonly RiemannianOptions _options;
    private readonly IForwardPass _encoder, _decoder;
    private readonly Part[] _parts;
    private readonly double[] _z, _mean, _time, _images;

    public RiemannianBatch(VaeModel vae, RbfPrecision precision, RiemannianOptions options, int maximumRows)
    {
        (_vae, _precision, _options) = (vae, precision, options);
        int d = vae.LatentDimension, D = vae.FeatureCount;
        var layout = vae.Parameters.Layout;
        (_encoder, _decoder) = (ForwardPass.Create(vae.Parameters.Values, layout.Encoder, maximumRows), ForwardPass.Create(vae.Parameters.Values, layout.MeanDecoder, maximumRows));
        var (immersion, basis) = (vae.CreateDecoderImmersion(), new SplineBasis(options.CurvePoints));
        _parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part(new BrownianDivergence(immersion, precision, basis, options), precision, (maximumRows + Parts - 1) / Parts))];
        (_z, _mean, _time, _images) = (new double[maximumRows * d], new double[maximumRows * d], new double[maximumRows], new double[maximumRows * D]);
        (NegativeLogLikelihood, Divergence) = (new double[maximumRows], new double[maximumRows]);
    }

    /// <summary>−log p(x|z), nats, of each row.</summary>
    public double[] NegativeLogLikelihood { get; }

    /// <summary>log q(z|x) − log p(z), nats, of each row; 0 where it is not asked for.</summary>
    public double[] Divergence { get; }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    /// <summary>Draws z and decodes its mean.</summary>
    /// <param name="rows">Scaled, [count, m].</param>
    /// <param name="noise">[count, d].</param>
    /// <param name="count">Number of rows.</param>
    public void Load(ReadOnlySpan<float> rows, ReadOnlySpan<float> noise, int count)
    {
        int d = _vae.LatentDimension;
        var head = _encoder.Run(rows, count);
        var (form, length) = (_vae.Architecture.Posterior, head.Length / count);
        var latents = new float[count * d];
        for (int r = 0; r < count; r++)
        {
            for (int j = 0; j < d; j++)
            {
                double variance = Math.Clamp(Math.Exp(head[(r * length) + form.LogVarianceAt(d, j)]), _options.MinimumVariance, _options.MaximumVariance);
                (_mean[(r * d) + j], _time[r]) = (head[(r * length) + j], variance);
                _z[(r * d) + j] = _mean[(r * d) + j] + (Math.Sqrt(variance) * noise[(r * d) + j]);
                latents[(r * d) + j] = (float)_z[(r * d) + j];
            }
        }
        var images = _decoder.Run(latents, count);
        for (int i = 0; i < images.Length; i++) _images[i] = images[i];
    }

    /// <summary>Measures the loaded rows, and adds the gradient of their mean loss where it is asked for.</summary>
    /// <param name="rows">The rows loaded.</param>
    /// <param name="count">Their number.</param>
    /// <param name="priorMean">μ_p; empty: the likelihood alone.</param>
    /// <param name="priorTime">t_p.</param>
    /// <param name="gradient">[W, c, μ_p, ln t_p]; added to; empty: not asked for.</param>
    public void Measure(ReadOnlyMemory<float> rows, int count, ReadOnlyMemory<double> priorMean, double priorTime, Span<double> gradient)
    {
        bool isTaught = !gradient.IsEmpty;
        double priorLogDeterminant = priorMean.IsEmpty ? 0 : _parts[0].Kernel.LogDeterminant(priorMean.Span);
        Parallel.For(0, Parts, p =>
        {
            int from = p * count / Parts, to = (p + 1) * count / Parts;
            if (from == to) return;
            Likelihoods(_parts[p], rows.Span, from, to, (isTaught ? 1.0 : 0) / count);
            if (!priorMean.IsEmpty) Divergences(_parts[p], from, to, priorMean.Span, priorTime, priorLogDeterminant, (isTaught ? 1.0 : 0) / count);
        });
        if (!isTaught) return;
        double shared = 0;
        for (int r = 0; r < count && !priorMean.IsEmpty; r++) shared += Sign(Divergence[r]) / count;
        if (!priorMean.IsEmpty) _parts[0].Kernel.AddPriorGradient(priorMean.Span, shared, _parts[0].Gradient);
        foreach (var part in _parts) part.Gradient.MoveTo(gradient);
    }

    // ½ Σ (r² p − ln p + ln 2π), and ∂/∂p = ½ (r² − 1/p).
    private void Likelihoods(Part part, ReadOnlySpan<float> x, int from, int to, double weight)
    {
        int d = _vae.LatentDimension, D = _precision.Outputs, stride = _precision.OutputStride, n = to - from;
        Span<double> basis = part.Basis.AsSpan(0, n * _precision.BasisStride), outputs = part.Outputs.AsSpan(0, n * stride), adjoint = part.BasisAdjoint.AsSpan(0, basis.Length);
        var z = _z.AsSpan(from * d, n * d);
        _precision.Basis(z, basis);
        _precision.ToOutputs(basis, outputs);
        for (int r = 0; r < n; r++)
        {
            double sum = 0;
            var row = outputs.Slice(r * stride, stride);
            for (int i = 0; i < D; i++)
            {
                int at = ((from + r) * D) + i;
                double precision = row[i] + _precision.Floor, residual = x[at] - _images[at];
                sum += (residual * residual * precision) - Math.Log(precision);
                row[i] = 0.5 * weight * ((residual * residual) - (1 / precision));
            }
            row[D..].Clear();
            (NegativeLogLikelihood[from + r], Divergence[from + r]) = (0.5 * (sum + (D * StableMath.Log2Pi)), 0);
        }
        if (weight == 0) return;
        part.Gradient.Weights.Add(outputs, basis);
        _precision.ToBasis(outputs, adjoint);
        _precision.Pull(z, basis, adjoint, part.Unused.AsSpan(0, n * d), part.Gradient.Centres);
    }

    private void Divergences(Part part, int from, int to, ReadOnlySpan<double> priorMean, double priorTime, double priorLogDeterminant, double weight)
    {
        int d = priorMean.Length;
        for (int r = from; r < to; r++)
        {
            Divergence[r] = part.Kernel.Measure(_z.AsSpan(r * d, d), _mean.AsSpan(r * d, d), _time[r], priorMean, priorTime, priorLogDeterminant);
            if (weight > 0 && double.IsFinite(Divergence[r])) part.Kernel.AddGradient(weight * Sign(Divergence[r]), part.Gradient);
        }
    }

    private double Sign(double divergence) => !double.IsFinite(divergence) ? 0 : _options.Readings.Divergence switch
    {
        DivergenceSign.Unbiased => 1,
        DivergenceSign.Absolute => Math.Sign(divergence),
    };

    private sealed class Part(BrownianDivergence kernel, RbfPrecision precision, int rows)
    {
        public BrownianDivergence Kernel { get; } = kernel;

        public PrecisionGradient Gradient { get; } = new(precision);

        public double[] Basis { get; } = new double[rows * precision.BasisStride];

        public double[] BasisAdjoint { get; } = new double[rows * precision.BasisStride];

        public double[] Outputs { get; } = new double[rows * precision.OutputStride];

        public double[] Unused { get; } = new double[rows * precision.Dimension];
    }
}
