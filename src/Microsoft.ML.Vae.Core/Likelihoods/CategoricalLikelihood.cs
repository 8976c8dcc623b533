using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>Blocks of features that are categories, one-hot: softmax of the block's outputs gives their probabilities p.</summary>
/// <remarks>Dᵢ = xᵢ log(xᵢ/pᵢ) − xᵢ + pᵢ ≥ 0: over a block it sums to KL(x ‖ p), for a one-hot row to −log of its category's probability. G_x = diag(1/(2 pᵢ)).
/// Features of a block share its outputs: they have one weight, and are missing together. A block of zeros has no category: see <see cref="UnseenSurprise"/>.</remarks>
public sealed class CategoricalLikelihood : Likelihood
{
    // Keeps log p and 1/p finite where a probability underflows.
    internal const double LeastShare = 1e-30;

    private readonly Softmax _softmax;

    /// <summary>Blocks of these lengths, side by side; together they are all features.</summary>
    public CategoricalLikelihood(params IReadOnlyList<int> blocks)
    {
        _softmax = new Softmax(blocks);
        _softmax.Validate();
    }

    /// <summary>Number of categories of each block.</summary>
    public IReadOnlyList<int> Blocks => _softmax.Lengths;

    /// <summary>Nats that a block of zeros costs at least; it is a category that nobody saw in training, and never less surprising than the least likely of the others.
    /// Null: a block of zeros is a missing value, and costs nothing. Either way its gradient is 0: there is nothing to learn of it.</summary>
    public double? UnseenSurprise { get; init; }

    /// <inheritdoc/>
    public override string Name => "Categorical";

    /// <inheritdoc/>
    public override JsonObject Settings()
    {
        var settings = new JsonObject { [nameof(Blocks)] = new JsonArray([.. Blocks.Select(b => (JsonNode)b)]) };
        if (UnseenSurprise is { } nats) settings[nameof(UnseenSurprise)] = nats;
        return settings;
    }

    /// <inheritdoc/>
    public override FeatureSupport SupportOf(int feature) => FeatureSupport.Category;

    /// <inheritdoc/>
    public override (int First, int Length) BlockOf(int feature) => _softmax.Ranges().First(b => feature < b.First + b.Length);

    /// <inheritdoc/>
    public override Layer Mean(int featureCount) => _softmax;

    /// <inheritdoc/>
    public override void Validate(Shape features)
    {
        if (Blocks.Sum() != features.Length) throw new ArgumentException($"The categorical likelihood has blocks of {string.Join(" + ", Blocks)} categories, but there are {features.Length} features.");
    }

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = StableMath.XLogX(x[i]);
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        foreach (var (first, length) in _softmax.Ranges())
        {
            double normalization = LogSumExp(output.Slice(first, length));
            if (IsEmpty(x.Slice(first, length)))
            {
                double unseen = UnseenSurprise is { } least ? Math.Max(least, normalization - System.Numerics.Tensors.TensorPrimitives.Min(output.Slice(first, length))) : 0 * normalization;
                terms.Slice(first, length).Fill(unseen / length);
                continue;
            }
            for (int i = first; i < first + length; i++)
            {
                double logShare = output[i] - normalization;
                terms[i] = Math.Max(0, StableMath.XLogX(x[i]) - ((double)x[i] * logShare) - x[i] + Math.Exp(logShare));
            }
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        foreach (var (first, length) in _softmax.Ranges())
        {
            // ∂pₖ/∂outputᵢ = pₖ (δᵢₖ − pᵢ): an output moves the shares of all categories of its block, each with its own weight.
            double normalization = LogSumExp(output.Slice(first, length)), shared = 0;
            for (int i = first; i < first + length; i++) shared += weights[i] * (x[i] - Math.Exp(output[i] - normalization));
            for (int i = first; i < first + length; i++)
            {
                double share = Math.Exp(output[i] - normalization);
                gradient[i] = (float)((weights[i] * (share - x[i])) + (share * shared));
            }
        }
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        foreach (var (first, length) in _softmax.Ranges())
        {
            double normalization = LogSumExp(output.Slice(first, length));
            for (int i = first; i < first + length; i++) gradient[i] = (float)(weights[i] * (Math.Log(Math.Max(x[i], LeastShare)) - (output[i] - normalization)));
        }
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        for (int i = 0; i < product.Length; i++) product[i] = v[i] / (2 * Math.Max(mean[i], LeastShare));
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is CategoricalLikelihood c && c._softmax.Equals(_softmax) && c.UnseenSurprise == UnseenSurprise;

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    /// <summary>Where each block lies: (first, length).</summary>
    internal IEnumerable<(int First, int Length)> Ranges() => _softmax.Ranges();

    private static bool IsEmpty(ReadOnlySpan<float> block) => !block.ContainsAnyExcept(0f);

    private static double LogSumExp(ReadOnlySpan<float> scores)
    {
        double largest = System.Numerics.Tensors.TensorPrimitives.Max(scores), sum = 0;
        foreach (float score in scores) sum += Math.Exp(score - largest);
        return largest + Math.Log(sum);
    }
}
