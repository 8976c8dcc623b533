namespace Microsoft.ML.Vae.Core;

/// <summary>What the encoder says of a row's latents: q(z|x) = N(μ, diag σ²).</summary>
public enum PosteriorForm
{
    /// <summary>A variance for each latent.</summary>
    Diagonal,

    /// <summary>One variance for all latents of a row, as a Brownian motion asks for (Kalatzis et al. 2020).</summary>
    Isotropic,
}

/// <summary>How a posterior lies in the encoder's head.</summary>
internal static class PosteriorForms
{
    /// <summary>Outputs of the head: the means, then the log-variances.</summary>
    public static int HeadLength(this PosteriorForm form, int latentDimension) => latentDimension + form.Variances(latentDimension);

    /// <summary>Number of log-variances of a row.</summary>
    public static int Variances(this PosteriorForm form, int latentDimension) => form switch
    {
        PosteriorForm.Diagonal => latentDimension,
        PosteriorForm.Isotropic => 1,
    };

    /// <summary>Where the log-variance of latent j lies in a row of the head.</summary>
    public static int LogVarianceAt(this PosteriorForm form, int latentDimension, int latent) => latentDimension + form switch
    {
        PosteriorForm.Diagonal => latent,
        PosteriorForm.Isotropic => 0,
    };
}
