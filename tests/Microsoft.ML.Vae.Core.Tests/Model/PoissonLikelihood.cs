namespace Microsoft.ML.Vae.Core;

/// <summary>xᵢ ~ Poisson(λᵢ), λ = softplus(output): Dᵢ = λ − x + x ln(x/λ), G_x = diag(1/(2λᵢ)). Features are counts.</summary>
public sealed class PoissonLikelihood : Likelihood
{
    // Keeps x/λ finite where the softplus underflows.
    private const double LeastRate = 1e-30;

    /// <inheritdoc/>
    public override string Name => "Poisson";

    /// <inheritdoc/>
    public override Activation Link => Activation.Softplus;

    /// <inheritdoc/>
    public override float ParameterFloor => float.NegativeInfinity;

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => 0;

    /// <inheritdoc/>
    public override void InitializeParameters(Span<float> parameters) { }

    /// <inheritdoc/>
    public override double RowWeight(ReadOnlySpan<float> x) => 1;

    /// <inheritdoc/>
    public override double? MetricScale(ReadOnlySpan<float> x) => null;

    /// <inheritdoc/>
    public override double LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters)
    {
        double sum = 0;
        foreach (float v in x) sum += StableMath.XLogX(v) - v - LogFactorial(v);
        return sum;
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double rate = Rate(output[i]);
            terms[i] = Math.Max(0, rate - x[i] + StableMath.XLogX(x[i]) - (x[i] * Math.Log(rate)));
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)((1 - (x[i] / Rate(output[i]))) * StableMath.Sigmoid(output[i]));
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)Math.Log(Math.Max(x[i], LeastRate) / Rate(output[i]));
    }

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    /// <inheritdoc/>
    public override void AddModeGradient(ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, Span<double> diagonal)
    {
        for (int i = 0; i < diagonal.Length; i++) diagonal[i] = 0.5 / Math.Max(mean[i], LeastRate);
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is PoissonLikelihood;

    private static double Rate(float output) => Math.Max(StableMath.Softplus(output), LeastRate);

    // Stirling's series, moved to where three terms suffice.
    private static double LogFactorial(double x)
    {
        double z = x + 1, moved = 0;
        for (; z < 10; z++) moved += Math.Log(z);
        double square = z * z;
        return ((z - 0.5) * Math.Log(z)) - z + (0.5 * StableMath.Log2Pi) + ((1 - ((1 - (2 / (7 * square))) / (30 * square))) / (12 * z)) - moved;
    }
}
