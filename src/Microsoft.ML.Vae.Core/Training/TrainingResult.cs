namespace Microsoft.ML.Vae.Core;

/// <summary>What training leaves behind, however it ended.</summary>
/// <param name="Outcome">Why it ended.</param>
/// <param name="Parameters">The weights with the lowest validation loss; without validation rows the last good ones.</param>
/// <param name="BestStep">The step they stem from.</param>
/// <param name="BestValidationLoss">Their validation loss; null without validation rows.</param>
/// <param name="History">One line per evaluation.</param>
/// <param name="Message">One sentence for people; where training diverged: epoch, batch and likely cause.</param>
public sealed record TrainingResult(
    TrainingOutcome Outcome, VaeParameters Parameters, long BestStep, double? BestValidationLoss, IReadOnlyList<TrainingProgress> History, string Message);
