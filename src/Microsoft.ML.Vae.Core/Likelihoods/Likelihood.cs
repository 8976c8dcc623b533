using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>p(x|z) as a function of the decoder's outputs: a distortion that is zero at a perfect reconstruction, and the log-likelihood there.</summary>
/// <remarks>
/// log p(x|z) = Σᵢ modeᵢ(x) − a_x Σᵢ Dᵢ(x, x̂), sums over the observed features, never means. Everything below is per feature and before the
/// weight a_x, so that missing values and weights are the caller's business alone. Stateless and thread-safe. m features, o outputs.
/// A likelihood of your own is registered in <see cref="ModelParts"/> before a model that holds it is saved or loaded.
/// </remarks>
public abstract class Likelihood : IEquatable<Likelihood>
{
    /// <summary>Its name in files and messages.</summary>
    public abstract string Name { get; }

    /// <summary>Lowest value that training lets one of its own parameters take.</summary>
    public virtual float ParameterFloor => float.NegativeInfinity;

    /// <summary>Whether each Dᵢ depends on feature i alone, so that values may be missing.</summary>
    public virtual bool IsSeparable => true;

    /// <summary>What its name does not say, for files; its factory in <see cref="ModelParts"/> reads it back.</summary>
    public virtual JsonObject Settings() => [];

    /// <summary>The values that feature i may take.</summary>
    public virtual FeatureSupport SupportOf(int feature) => FeatureSupport.Real;

    /// <summary>Which of so many features must lie in [0, 1], [m].</summary>
    internal bool[] UnitFeatures(int features) => [.. Enumerable.Range(0, features).Select(i => SupportOf(i) == FeatureSupport.UnitInterval)];

    /// <summary>The features that are missing where feature i is, itself included: those that share outputs with it.</summary>
    public virtual (int First, int Length) BlockOf(int feature) => (feature, 1);

    /// <summary>o: decoder outputs that describe m features.</summary>
    public virtual int OutputCount(int featureCount) => featureCount;

    /// <summary>What turns the outputs, [o], into the mean of x, [m]; null: they are the mean.</summary>
    public virtual Layer? Mean(int featureCount) => null;

    /// <summary>Number of trained parameters of the likelihood itself.</summary>
    public virtual int ParameterCount(int featureCount) => 0;

    /// <summary>Writes the start values of the trained parameters.</summary>
    public virtual void InitializeParameters(Span<float> parameters) => parameters.Clear();

    /// <summary>Checks that it can describe features of this shape.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public virtual void Validate(Shape features) { }

    /// <summary>a_x: the weight of a row's distortion, evaluated at the input x; positive.</summary>
    public virtual double RowWeight(ReadOnlySpan<float> x) => 1;

    /// <summary>g with G_x = g·I at the input x (weight a_x included), where the metric is a multiple of the identity; else null.</summary>
    public virtual double? MetricScale(ReadOnlySpan<float> x) => null;

    /// <summary>Writes each feature's part of log p(x|x̂ = x), the log-likelihood of a perfect reconstruction, nats; [m].</summary>
    public abstract void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms);

    /// <summary>Writes Dᵢ(x, x̂) ≥ 0 for each feature, nats.</summary>
    /// <param name="x">Target, [m].</param>
    /// <param name="output">Decoder outputs, [o].</param>
    /// <param name="parameters">The likelihood's own parameters.</param>
    /// <param name="terms">Dᵢ, [m].</param>
    public abstract void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms);

    /// <summary>Writes ∂Σ wᵢDᵢ/∂output, [o].</summary>
    /// <param name="x">Target, [m].</param>
    /// <param name="output">Decoder outputs, [o].</param>
    /// <param name="parameters">The likelihood's own parameters.</param>
    /// <param name="weights">wᵢ, [m]; all equal where it is not separable.</param>
    /// <param name="gradient">[o].</param>
    public abstract void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient);

    /// <summary>Writes ∂Σ wᵢDᵢ/∂x, [m]; the split bound needs it, where x is itself a reconstruction.</summary>
    public abstract void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient);

    /// <summary>Adds ∂Σ wᵢDᵢ/∂parameters.</summary>
    public virtual void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient) { }

    /// <summary>Adds −∂Σ wᵢmodeᵢ/∂parameters.</summary>
    public virtual void AddModeGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient) { }

    /// <summary>Writes G_x v at a mean x̆, where ΣD(x̆, x̆ + δ) ≈ δᵀ G_x δ (Nakagawa et al. 2021); [m]. Symmetric and positive.</summary>
    /// <param name="mean">x̆, [m].</param>
    /// <param name="parameters">The likelihood's own parameters.</param>
    /// <param name="v">[m].</param>
    /// <param name="product">[m].</param>
    public abstract void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product);

    /// <inheritdoc/>
    public abstract bool Equals(Likelihood? other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Likelihood);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Calls the visitor's method for this kind.</summary>
    public virtual T Accept<T>(LikelihoodVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.VisitOther(this);
    }

    /// <summary>Its loss at one register width; by its public functions, unless a kind has a kernel.</summary>
    internal virtual RowLoss CreateLoss<T>(int features, int threads) where T : unmanaged, ILanes<T> => new GeneralLoss(this, features, threads);
}
