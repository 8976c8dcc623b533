using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Finds the last detector of ours inside a chain and rebuilds the chain around a changed one.</summary>
internal static class FalseAlarmRates
{
    public static ITransformer Change(ITransformer model, double falseAlarmRate, double? confidence)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TryChange(model, falseAlarmRate, confidence)
            ?? throw new ArgumentException("The model holds no VaeAnomalyTransformer or AnomalyDetectionTransformer whose false-alarm rate could be changed.", nameof(model));
    }

    private static ITransformer? TryChange(ITransformer model, double rate, double? confidence) => model switch
    {
        VaeAnomalyTransformer all => all.WithFalseAlarmRate(rate, confidence),
        AnomalyDetectionTransformer detector => detector.WithFalseAlarmRate(rate, confidence),
        IEnumerable<ITransformer> chain => TryChange([.. chain], rate, confidence),
        _ => null,
    };

    private static TransformerChain<ITransformer>? TryChange(ITransformer[] parts, double rate, double? confidence)
    {
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (TryChange(parts[i], rate, confidence) is not { } changed) continue;
            parts[i] = changed;
            return new TransformerChain<ITransformer>(parts);
        }
        return null;
    }
}
