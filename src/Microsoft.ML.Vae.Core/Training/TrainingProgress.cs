namespace Microsoft.ML.Vae.Core;

/// <summary>One line of the training history. Losses are −ELBO: summed over features, averaged over rows.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps planned; before a plateau ends, the most there may be.</param>
/// <param name="Epoch">Passes over the training rows begun.</param>
/// <param name="TrainingLoss">Mean loss of the batches since the last line.</param>
/// <param name="Kl">Mean KL of those batches.</param>
/// <param name="ValidationLoss">Loss of the validation rows; null without any.</param>
/// <param name="LearningRate">Adam's step size.</param>
public sealed record TrainingProgress(long Step, long Steps, int Epoch, double TrainingLoss, double Kl, double? ValidationLoss, double LearningRate);
