namespace Microsoft.ML.Vae.Core;

/// <summary>How features are brought to one scale before the encoder sees them.</summary>
public enum ScalingKind
{
    /// <summary>Left as they are.</summary>
    None,

    /// <summary>Mean 0 and standard deviation 1 on the training rows; constant columns keep unit scale, at most.</summary>
    Standardize,

    /// <summary>[0, 1] on the training rows; constant columns keep unit scale.</summary>
    MinMax,
}
