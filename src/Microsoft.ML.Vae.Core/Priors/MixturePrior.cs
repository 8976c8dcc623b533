using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>A mixture of Gaussians whose weights, means and variances are learned with the network: latents that fall into groups need not fill a ball.</summary>
public sealed class MixturePrior : Prior
{
    /// <summary>So many components.</summary>
    public MixturePrior(int components)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(components);
        Components = components;
    }

    /// <summary>C.</summary>
    public int Components { get; }

    /// <inheritdoc/>
    public override string Name => "Mixture";

    /// <inheritdoc/>
    public override bool IsFactorised => false;

    /// <inheritdoc/>
    public override JsonObject Settings() => new() { [nameof(Components)] = Components };

    /// <inheritdoc/>
    public override int ParameterCount(int latentDimension, int featureCount) => GaussianMixture.ParameterCount(Components, latentDimension);

    /// <summary>Equal weights, unit variances, means drawn from N(0, I): together about the standard normal, but not symmetric, so that components part.</summary>
    public override void InitializeParameters(int latentDimension, int featureCount, RandomStream random, Span<float> parameters)
    {
        parameters.Clear();
        random.Normals(parameters.Slice(Components, Components * latentDimension));
    }

    /// <inheritdoc/>
    public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<IImmersion> decoder) => new GaussianMixture(latentDimension, parameters.Span);

    /// <inheritdoc/>
    public override T Accept<T>(PriorVisitor<T> visitor) => visitor.Visit(this);

    /// <inheritdoc/>
    public override bool Equals(Prior? other) => other is MixturePrior m && m.Components == Components;
}
