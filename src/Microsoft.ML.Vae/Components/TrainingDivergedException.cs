using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>The loss stopped being a number. The message names step, epoch, batch and the likely cause.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Keeps the last good model.</summary>
    public TrainingDivergedException(string message, VaeModel lastGoodModel)
        : base(message) => LastGoodModel = lastGoodModel;

    /// <summary>The model with the last good weights.</summary>
    public VaeModel LastGoodModel { get; }
}
