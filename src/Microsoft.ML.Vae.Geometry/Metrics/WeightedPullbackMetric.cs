namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// JᵀG_xJ with a diagonal ambient metric that depends on the decoded point, as the metric of a likelihood does; 1/(2x(1 − x)) for
/// cross-entropy. Its derivatives are central differences.
/// </summary>
public sealed class WeightedPullbackMetric : IRiemannianMetric
{
    private readonly PullbackMetric _pullback;
    private readonly AmbientWeight _weight;

    /// <summary>The metric of an immersion into a space with its own metric.</summary>
    /// <param name="immersion">f.</param>
    /// <param name="weight">G_x. Must be thread-safe.</param>
    public WeightedPullbackMetric(IImmersion immersion, AmbientWeight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        (_pullback, _weight) = (new PullbackMetric(immersion), weight);
    }

    /// <inheritdoc/>
    public int Dimension => _pullback.Dimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric)
    {
        int D = _pullback.Immersion.AmbientDimension;
        using var scratch = new Scratch(2 * D);
        Span<double> x = scratch.Take(D), weight = scratch.Take(D);
        _pullback.Immersion.Evaluate(point, x);
        _weight(x, weight);
        _pullback.Evaluate(point, weight, metric);
    }
}
