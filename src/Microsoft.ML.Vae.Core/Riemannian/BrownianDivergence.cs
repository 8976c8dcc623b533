namespace Microsoft.ML.Vae.Core;

/// <summary>A row's divergence from the Brownian prior, by one draw z: log q(z) − log p(z), both of them heat kernels, so that det G(z) cancels. Not thread-safe.</summary>
/// <remarks>(d/2) ln(t_p/t_q) + ½(ln det G(μ_p) − ln det G(μ_q)) − ℓ²(z, μ_q)/2t_q + ℓ²(z, μ_p)/2t_p.</remarks>
internal sealed class BrownianDivergence(NetworkImmersion mean, RbfPrecision precision, SplineBasis basis, RiemannianOptions options)
{
    private readonly NoisyMetric _metric = new(mean, precision);
    private readonly NoisyCurve _toPosterior = new(mean, precision, basis, options), _toPrior = new(mean, precision, basis, options);
    private readonly double[] _posteriorMean = new double[precision.Dimension], _unused = new double[precision.Dimension];
    private double _posteriorTime, _priorTime;

    /// <summary>Measures one row.</summary>
    /// <param name="z">The draw, [d].</param>
    /// <param name="posteriorMean">μ_q, [d].</param>
    /// <param name="posteriorTime">t_q.</param>
    /// <param name="priorMean">μ_p, [d].</param>
    /// <param name="priorTime">t_p.</param>
    /// <param name="priorLogDeterminant">ln det G(μ_p).</param>
    /// <returns>Nats; not finite where a metric is singular.</returns>
    public double Measure(ReadOnlySpan<double> z, ReadOnlySpan<double> posteriorMean, double posteriorTime, ReadOnlySpan<double> priorMean, double priorTime, double priorLogDeterminant)
    {
        (_posteriorTime, _priorTime) = (posteriorTime, priorTime);
        posteriorMean.CopyTo(_posteriorMean);
        _toPosterior.Connect(z, posteriorMean);
        _toPrior.Connect(z, priorMean);
        return (0.5 * z.Length * Math.Log(priorTime / posteriorTime)) + (0.5 * (priorLogDeterminant - _metric.LogDeterminant(posteriorMean)))
            - (_toPosterior.SquaredDistance / (2 * posteriorTime)) + (_toPrior.SquaredDistance / (2 * priorTime));
    }

    /// <summary>ln det G(μ_p).</summary>
    public double LogDeterminant(ReadOnlySpan<double> z) => _metric.LogDeterminant(z);

    /// <summary>Adds weight times the gradient of the row measured last, but for ln det G(μ_p), which all rows share.</summary>
    public void AddGradient(double weight, PrecisionGradient gradient)
    {
        _metric.AddGradient(_posteriorMean, -0.5 * weight, gradient, []);
        _toPosterior.AddGradient(-weight / (2 * _posteriorTime), gradient, _unused);
        _toPrior.AddGradient(weight / (2 * _priorTime), gradient, gradient.PriorMean);
        gradient.LogTime += weight * ((0.5 * _posteriorMean.Length) - (_toPrior.SquaredDistance / (2 * _priorTime)));
    }

    /// <summary>Adds weight · ∂½ ln det G(μ_p).</summary>
    public void AddPriorGradient(ReadOnlySpan<double> priorMean, double weight, PrecisionGradient gradient) => _metric.AddGradient(priorMean, 0.5 * weight, gradient, gradient.PriorMean);
}
