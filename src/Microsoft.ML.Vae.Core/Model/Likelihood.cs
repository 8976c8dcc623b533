namespace Microsoft.ML.Vae.Core;

/// <summary>p(x|z) as a function of the decoder's output: a distortion that is zero at a perfect reconstruction, and the log-likelihood there.</summary>
/// <remarks>log p(x|z) = LogLikelihoodAtMode(x) − a_x · Σᵢ Dᵢ(x, x̂). All sums run over features, never means. Stateless and thread-safe.</remarks>
public abstract class Likelihood : IEquatable<Likelihood>
{
    /// <summary>Its name in files and messages.</summary>
    public abstract string Name { get; }

    /// <summary>What turns the decoder's output into the mean of x.</summary>
    public abstract Activation Link { get; }

    /// <summary>Number of trained parameters of the likelihood itself.</summary>
    public abstract int ParameterCount(int featureCount);

    /// <summary>Writes the start values of the trained parameters.</summary>
    public abstract void InitializeParameters(Span<float> parameters);

    /// <summary>Lowest value that training lets a parameter take.</summary>
    public abstract float ParameterFloor { get; }

    /// <summary>a_x: the weight of a row's distortion, evaluated at the input x.</summary>
    public abstract double RowWeight(ReadOnlySpan<float> x);

    /// <summary>a with G_x = a·I at the input x, where the metric is a multiple of the identity; else null.</summary>
    public abstract double? MetricScale(ReadOnlySpan<float> x);

    /// <summary>log p(x|x̂ = x): the log-likelihood of a perfect reconstruction, nats.</summary>
    public abstract double LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters);

    /// <summary>Writes Dᵢ(x, x̂) ≥ 0 for each feature, before the weight a_x, nats.</summary>
    /// <param name="x">Target, [m].</param>
    /// <param name="output">Decoder output, [m], before the link.</param>
    /// <param name="parameters">The likelihood's own parameters.</param>
    /// <param name="terms">Dᵢ, [m].</param>
    public abstract void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms);

    /// <summary>Writes ∂ΣD/∂output, [m], before the weight a_x.</summary>
    public abstract void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient);

    /// <summary>Writes ∂ΣD/∂x, [m], before the weight a_x; the split loss needs it, where x is itself a reconstruction.</summary>
    public abstract void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient);

    /// <summary>Adds weight · ∂ΣD/∂parameters.</summary>
    public abstract void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, double weight, Span<double> gradient);

    /// <summary>Adds weight · ∂(−LogLikelihoodAtMode)/∂parameters.</summary>
    public abstract void AddModeGradient(ReadOnlySpan<float> parameters, double weight, Span<double> gradient);

    /// <summary>Writes the diagonal of G_x at a mean x̆: D(x̆, x̆+δ) ≈ a_x δᵀ diag(G) δ. Nakagawa et al. 2021; [m].</summary>
    public abstract void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, Span<double> diagonal);

    /// <inheritdoc/>
    public abstract bool Equals(Likelihood? other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Likelihood);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
