using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Finds the last detector of ours inside a chain and rebuilds the chain around a changed one.</summary>
internal static class LastDetector
{
    public static ITransformer WithFalseAlarmRate(ITransformer model, double falseAlarmRate, double? confidence) => Change(model, null, (detector, _) => detector switch
    {
        VaeAnomalyTransformer all => all.WithFalseAlarmRate(falseAlarmRate, confidence),
        AnomalyDetectionTransformer decision => decision.WithFalseAlarmRate(falseAlarmRate, confidence),
        _ => null,
    });

    /// <summary>What stands before the detector makes its columns from the rows.</summary>
    public static ITransformer Recalibrate(ITransformer model, IDataView rows, double falseAlarmRate, double? confidence)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Change(model, rows, (detector, view) => detector switch
        {
            VaeAnomalyTransformer all => all.Recalibrate(view!, falseAlarmRate, confidence),
            AnomalyDetectionTransformer decision => decision.Recalibrate(view!, falseAlarmRate, confidence),
            _ => null,
        });
    }

    private static ITransformer Change(ITransformer model, IDataView? rows, Func<ITransformer, IDataView?, ITransformer?> change)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TryChange(model, rows, change)
            ?? throw new ArgumentException("The model holds no VaeAnomalyTransformer or AnomalyDetectionTransformer whose decision could be changed.", nameof(model));
    }

    private static ITransformer? TryChange(ITransformer model, IDataView? rows, Func<ITransformer, IDataView?, ITransformer?> change) =>
        model is IEnumerable<ITransformer> chain ? TryChange([.. chain], rows, change) : change(model, rows);

    private static TransformerChain<ITransformer>? TryChange(ITransformer[] parts, IDataView? rows, Func<ITransformer, IDataView?, ITransformer?> change)
    {
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            var before = rows is null ? null : parts[..i].Aggregate(rows, (view, part) => part.Transform(view));
            if (TryChange(parts[i], before, change) is not { } changed) continue;
            parts[i] = changed;
            return new TransformerChain<ITransformer>(parts);
        }
        return null;
    }
}
