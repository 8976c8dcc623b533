namespace Microsoft.ML.Vae.Core;

/// <summary>Between the encoder's heads at C pseudo-inputs and the parameters of the <see cref="GaussianMixture"/> that they make up.</summary>
/// <param name="form">Where the variances lie in a head.</param>
/// <param name="components">C.</param>
/// <param name="latents">n.</param>
internal sealed class PseudoPosteriors(PosteriorForm form, int components, int latents)
{
    /// <summary>Number of parameters of the mixture.</summary>
    public int ParameterCount => GaussianMixture.ParameterCount(components, latents);

    /// <summary>Writes a component's mean and log-variance; the logits stand before.</summary>
    public void Write(int component, ReadOnlySpan<float> head, Span<float> mixture)
    {
        for (int j = 0; j < latents; j++)
        {
            mixture[MeanAt(component) + j] = head[j];
            mixture[LogVarianceAt(component) + j] = head[form.LogVarianceAt(latents, j)];
        }
    }

    /// <summary>Writes ∂/∂head of a component from ∂/∂ of the mixture's parameters.</summary>
    public void ReadGradient(int component, ReadOnlySpan<double> gradient, Span<float> head)
    {
        head.Clear();
        for (int j = 0; j < latents; j++)
        {
            head[j] = (float)gradient[MeanAt(component) + j];
            head[form.LogVarianceAt(latents, j)] += (float)gradient[LogVarianceAt(component) + j];
        }
    }

    private int MeanAt(int component) => components + (component * latents);

    private int LogVarianceAt(int component) => components + ((components + component) * latents);
}
