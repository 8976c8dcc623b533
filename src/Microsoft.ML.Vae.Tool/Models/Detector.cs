namespace Microsoft.ML.Vae.Tool;

/// <summary>Finds the detector in a model.</summary>
internal static class Detector
{
    /// <exception cref="UserErrorException">There is none at its end.</exception>
    public static VaeAnomalyTransformer Last(ITransformer model) => model switch
    {
        VaeAnomalyTransformer detector => detector,
        IEnumerable<ITransformer> chain => Last(chain.Last()),
        _ => throw new UserErrorException($"The model ends in a {model.GetType().Name}; expected a VAE anomaly detector."),
    };
}
