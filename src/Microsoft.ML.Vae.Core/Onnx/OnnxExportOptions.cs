namespace Microsoft.ML.Vae.Core;

/// <summary>What an exported graph computes; nothing else is in it. Every output has one row per input row.</summary>
[Flags]
public enum OnnxOutputs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>score</c> [N, 1]: nats, higher = more anomalous.</summary>
    Score = 1,

    /// <summary><c>log_density</c> [N, 1]: ln p(x) on the manifold of the data, per unit volume of the features in their own units, nats.</summary>
    LogDensity = 2,

    /// <summary><c>p_value</c> [N, 1], double: share of normal rows that score at least as high; small = anomalous.</summary>
    PValue = 4,

    /// <summary><c>is_anomaly</c> [N, 1], boolean: score &gt; threshold.</summary>
    Decision = 8,

    /// <summary><c>feature_contributions</c> [N, m] and <c>latent_contributions</c> [N, n], nats: together they sum to the score. Of a model with a bank also
    /// <c>neighbour_contributions</c> [N, m]: what of the features' parts is due to the known rows.</summary>
    Contributions = 16,

    /// <summary><c>reconstruction</c> [N, m], in the unit of the raw features.</summary>
    Reconstruction = 32,

    /// <summary><c>latent</c> and <c>latent_log_variance</c> [N, n]: the posterior.</summary>
    Latent = 64,

    /// <summary><c>nearest_rows</c> [N, k], Int64, of a model with a bank: indices of the nearest known rows, nearest first; −1 for a row that is not finite.</summary>
    NearestRows = 128,

    /// <summary>All of them.</summary>
    All = Score | LogDensity | PValue | Decision | Contributions | Reconstruction | Latent | NearestRows,
}

/// <summary>How a model becomes an ONNX file. Immutable.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Outputs of the graph. Without reconstruction and latents by default: each costs a runtime time and memory whether or not it is read.</summary>
    public OnnxOutputs Outputs { get; init; } = OnnxOutputs.Score | OnnxOutputs.LogDensity | OnnxOutputs.PValue | OnnxOutputs.Decision | OnnxOutputs.Contributions;

    /// <summary>False: the stored threshold decides; for another rate compare <c>p_value</c> with it. True: <c>false_alarm_rate</c>, double, is an input
    /// that every call gives (NaN: the stored threshold). It is never optional: ONNX Runtime warns of inputs with a default, and in JavaScript ignores what is given.</summary>
    public bool RequireFalseAlarmRate { get; init; }

    /// <summary>How the training went, for the file's metadata; null: unknown.</summary>
    public TrainingSummary? Training { get; init; }
}

/// <summary>What a file tells about the training of its model.</summary>
/// <param name="Outcome">Why training ended.</param>
/// <param name="BestStep">The step its weights stem from.</param>
/// <param name="BestValidationLoss">−ELBO of the validation rows, summed over features, averaged over rows; null without any.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record TrainingSummary(TrainingOutcome Outcome, long BestStep, double? BestValidationLoss, string Message)
{
    /// <summary>The summary of a result.</summary>
    public static TrainingSummary Of(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new(result.Outcome, result.BestStep, result.BestValidationLoss, result.Message);
    }
}
