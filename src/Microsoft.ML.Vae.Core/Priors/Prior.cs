using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>p(z), what the latents look like before any row is seen. Stateless and thread-safe.</summary>
/// <remarks>A prior of your own is registered in <see cref="ModelParts"/> before a model that holds it is saved or loaded; its divergence is estimated by draws.</remarks>
public abstract class Prior : IEquatable<Prior>
{
    /// <summary>Its name in files and messages.</summary>
    public abstract string Name { get; }

    /// <summary>Whether p(z) = Π p(zⱼ): then a latent's part of the divergence is its own. Where it is not, parts per latent are attributions that sum to the whole.</summary>
    public abstract bool IsFactorised { get; }

    /// <summary>Number of rows whose posteriors are the prior's components; 0 where it does not look at the encoder.</summary>
    public virtual int PseudoInputCount => 0;

    /// <summary>What its name does not say, for files; its factory in <see cref="ModelParts"/> reads it back.</summary>
    public virtual JsonObject Settings() => [];

    /// <summary>Number of its own trained parameters.</summary>
    public virtual int ParameterCount(int latentDimension, int featureCount) => 0;

    /// <summary>Writes their start values.</summary>
    public virtual void InitializeParameters(int latentDimension, int featureCount, RandomStream random, Span<float> parameters) => parameters.Clear();

    /// <summary>The density for given parameters.</summary>
    /// <param name="latentDimension">n.</param>
    /// <param name="parameters">Its own; of a prior with pseudo-inputs those of the mixture that the encoder makes of them (see <see cref="GaussianMixture"/>).</param>
    /// <param name="decoder">The decoder's mean, for priors that live on its manifold; asked for only by these.</param>
    public abstract IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<IImmersion> decoder);

    /// <summary>Calls the visitor's method for this kind.</summary>
    public virtual T Accept<T>(PriorVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.VisitOther(this);
    }

    /// <inheritdoc/>
    public abstract bool Equals(Prior? other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Prior);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether KL(q ‖ p) has the closed form of <see cref="DiagonalGaussian"/>, which costs no draws.</summary>
    internal virtual bool IsStandardNormal => false;
}

/// <summary>One form of every kind of prior, e.g. TorchSharp's. A kind that is forgotten does not compile.</summary>
/// <typeparam name="T">What it makes of a prior.</typeparam>
public abstract class PriorVisitor<T>
{
    /// <summary>Of N(0, I).</summary>
    public abstract T Visit(StandardNormalPrior prior);

    /// <summary>Of a mixture with components of its own.</summary>
    public abstract T Visit(MixturePrior prior);

    /// <summary>Of a mixture of posteriors.</summary>
    public abstract T Visit(VampPrior prior);

    /// <summary>Of a prior of the user's own.</summary>
    public abstract T VisitOther(Prior prior);
}
