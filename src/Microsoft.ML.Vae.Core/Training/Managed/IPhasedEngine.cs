namespace Microsoft.ML.Vae.Core;

/// <summary>An engine that tells where its time goes.</summary>
internal interface IPhasedEngine
{
    /// <summary>Time in phases over rows and over blocks of weights so far, and their number: each ends with all threads at a barrier.</summary>
    (TimeSpan Rows, TimeSpan Blocks, long Phases) Spent { get; }
}
