namespace Microsoft.ML.Vae.Core;

/// <summary>Learns something from the rows of one pass.</summary>
internal interface IRowObserver
{
    /// <summary>Takes the next rows.</summary>
    /// <param name="features">[rows, m].</param>
    /// <param name="weights">[rows].</param>
    /// <param name="places">[rows].</param>
    void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places);
}
