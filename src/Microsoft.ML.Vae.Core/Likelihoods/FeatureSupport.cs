namespace Microsoft.ML.Vae.Core;

/// <summary>The values that a likelihood allows a feature; scaling and checks follow it.</summary>
public enum FeatureSupport
{
    /// <summary>Any number.</summary>
    Real,

    /// <summary>[0, 1]; rows are brought there by min-max scaling.</summary>
    UnitInterval,

    /// <summary>0, 1, 2, …; never scaled.</summary>
    Count,

    /// <summary>A share of one category: 0 or 1 for rows, anything between for reconstructions; never scaled.</summary>
    Category,
}
