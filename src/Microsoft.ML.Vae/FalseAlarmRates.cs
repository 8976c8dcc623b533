using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Finds the last detector of ours inside a chain and rebuilds the chain around a changed one.</summary>
internal static class FalseAlarmRates
{
    public static ITransformer Change(ITransformer model, double falseAlarmRate)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TryChange(model, falseAlarmRate)
            ?? throw new ArgumentException("The model holds no VaeAnomalyTransformer or AnomalyDetectionTransformer whose false-alarm rate could be changed.", nameof(model));
    }

    private static ITransformer? TryChange(ITransformer model, double rate) => model switch
    {
        VaeAnomalyTransformer all => all.WithFalseAlarmRate(rate),
        AnomalyDetectionTransformer detector => detector.WithFalseAlarmRate(rate),
        IEnumerable<ITransformer> chain => TryChange([.. chain], rate),
        _ => null,
    };

    private static TransformerChain<ITransformer>? TryChange(ITransformer[] parts, double rate)
    {
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (TryChange(parts[i], rate) is not { } changed) continue;
            parts[i] = changed;
            return new TransformerChain<ITransformer>(parts);
        }
        return null;
    }
}
