namespace Microsoft.ML.Vae.Core.Tests.Support;

internal static class LikelihoodExtensions
{
    /// <summary>Σ over the features.</summary>
    public static double LogLikelihoodAtMode(this Likelihood likelihood, ReadOnlySpan<float> x, ReadOnlySpan<float> parameters)
    {
        var terms = new double[x.Length];
        likelihood.LogLikelihoodAtMode(x, parameters, terms);
        return terms.Sum();
    }
}
