namespace Microsoft.ML.Vae.Core;

/// <summary>Why training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All steps were done.</summary>
    Completed,

    /// <summary>The validation loss stopped improving.</summary>
    EarlyStopped,

    /// <summary>The caller cancelled; the best state so far is kept.</summary>
    Cancelled,

    /// <summary>The loss stopped being a number; the last good state is kept.</summary>
    Diverged,
}
