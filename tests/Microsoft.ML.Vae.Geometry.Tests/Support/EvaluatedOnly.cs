namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>Hides all that a metric knows but its matrix, as a user's first own metric does.</summary>
internal sealed class EvaluatedOnly(IRiemannianMetric inner) : IRiemannianMetric
{
    public int Dimension => inner.Dimension;

    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric) => inner.Evaluate(point, metric);
}
