using Microsoft.ML;
using Microsoft.ML.Vae;

/// <summary>Finds the detector in a model.</summary>
internal static class Detector
{
    public static VaeAnomalyTransformer Last(ITransformer model) => model switch
    {
        VaeAnomalyTransformer detector => detector,
        IEnumerable<ITransformer> chain => Last(chain.Last()),
        _ => throw new InvalidOperationException($"Expected a VAE anomaly detector, got {model.GetType().Name}."),
    };
}
