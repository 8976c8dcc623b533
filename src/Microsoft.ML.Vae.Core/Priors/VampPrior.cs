using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>The variational mixture of posteriors (Tomczak and Welling 2018): components are the encoder's posteriors of learned pseudo-inputs.</summary>
/// <remarks>Parameters: C logits of the weights, then pseudo-inputs [C, m] on the scale of the encoder. Variances follow the encoder's own.</remarks>
public sealed class VampPrior : Prior
{
    /// <summary>So many pseudo-inputs.</summary>
    public VampPrior(int pseudoInputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pseudoInputs);
        PseudoInputCount = pseudoInputs;
    }

    /// <inheritdoc/>
    public override int PseudoInputCount { get; }

    /// <inheritdoc/>
    public override string Name => "Vamp";

    /// <inheritdoc/>
    public override bool IsFactorised => false;

    /// <inheritdoc/>
    public override JsonObject Settings() => new() { ["PseudoInputs"] = PseudoInputCount };

    /// <inheritdoc/>
    public override int ParameterCount(int latentDimension, int featureCount) => checked(PseudoInputCount * (1 + featureCount));

    /// <summary>Equal weights; pseudo-inputs drawn from N(0, I), the scale of standardised rows.</summary>
    public override void InitializeParameters(int latentDimension, int featureCount, RandomStream random, Span<float> parameters)
    {
        parameters.Clear();
        random.Normals(parameters[PseudoInputCount..]);
    }

    /// <inheritdoc/>
    public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<IImmersion> decoder) => new GaussianMixture(latentDimension, parameters.Span);

    /// <inheritdoc/>
    public override T Accept<T>(PriorVisitor<T> visitor) => visitor.Visit(this);

    /// <inheritdoc/>
    public override bool Equals(Prior? other) => other is VampPrior v && v.PseudoInputCount == PseudoInputCount;
}
