namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>The plain engine's terms and backward pass against the loss re-stated in double precision, and its central differences.</summary>
internal static class GradientCheck
{
    // Central differences in double leave 1e-9; what remains is the single-precision forward pass.
    private const double RelativeToLargest = 2e-5, Terms = 1e-5, Step = 1e-5;

    /// <summary>Returns the gradient.</summary>
    /// <param name="every">A stride among the parameters keeps the number of differences of a large model within a second.</param>
    public static float[] Run(VaeArchitecture architecture, VaeParameters parameters, Bound bound, Minibatch batch, double klWeight, int every = 1)
    {
        var gradient = new float[parameters.Values.Length];
        using var engine = new PlainEngine(architecture, parameters, new EngineSettings { MaximumBatchSize = batch.Count, Bound = bound, Threads = 1 });
        var terms = engine.Gradient(batch, klWeight, gradient);

        var reference = new ReferenceBound(architecture, bound);
        double[] values = [.. parameters.Values];
        var expected = reference.Terms(values, batch, klWeight);
        double scale = Terms * (1 + Math.Abs(expected.LogLikelihood) + Math.Abs(expected.Kl));
        Assert.Equal(expected.Value, terms.Value, scale);
        Assert.Equal(expected.LogLikelihood, terms.LogLikelihood, scale);
        Assert.Equal(expected.Kl, terms.Kl, scale);
        int[] indices = [.. Enumerable.Range(0, values.Length).Where(i => i % every == 0)];
        double[] slopes = [.. indices.Select(i => reference.Slope(values, i, batch, klWeight, Step))];
        double tolerance = RelativeToLargest * (1 + slopes.Max(Math.Abs));
        for (int i = 0; i < slopes.Length; i++)
            Assert.True(Math.Abs(slopes[i] - gradient[indices[i]]) <= tolerance, $"parameter {indices[i]}: differences {slopes[i]}, backward {gradient[indices[i]]}, tolerance {tolerance}");
        return gradient;
    }
}
