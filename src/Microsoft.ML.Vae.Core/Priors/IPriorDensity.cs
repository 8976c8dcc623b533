namespace Microsoft.ML.Vae.Core;

/// <summary>p(z) with its parameters in place. Thread-safe.</summary>
public interface IPriorDensity
{
    /// <summary>log p(z), nats.</summary>
    double LogDensity(ReadOnlySpan<float> z);

    /// <summary>Writes ∂log p/∂z, [n].</summary>
    void Gradient(ReadOnlySpan<float> z, Span<float> gradient);

    /// <summary>Adds weight · ∂log p(z)/∂parameters.</summary>
    void AddParameterGradient(ReadOnlySpan<float> z, double weight, Span<double> gradient) { }

    /// <summary>Writes one term per latent, [n]; they sum to log p(z). Where the prior does not factorise they are an attribution; here equal shares.</summary>
    void LatentTerms(ReadOnlySpan<float> z, Span<double> terms) => terms.Fill(LogDensity(z) / z.Length);

    /// <summary>Variance of a latent under the prior: what a posterior's width is compared with. 1 unless a prior says otherwise.</summary>
    double Variance(int latent) => 1;
}
