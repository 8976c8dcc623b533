namespace Microsoft.ML.Vae.Core;

/// <summary>One pass over a source in stored order, from which several observers learn at once.</summary>
internal static class RowPass
{
    /// <summary>Most rows shown at once: enough for a batch of scores, little to hold of wide rows.</summary>
    public const int BlockRows = 256;

    /// <summary>Reads all rows.</summary>
    /// <param name="rows">The source.</param>
    /// <param name="throwIfStopped">Called before each block; throws where reading is to end. The reader is closed either way.</param>
    /// <param name="observers">Shown each block in turn.</param>
    public static void Run(IRowSource rows, Action? throwIfStopped, params IRowObserver[] observers)
    {
        int m = rows.FeatureCount;
        var (features, weights, places) = (new float[BlockRows * m], new float[BlockRows], new long[BlockRows]);
        throwIfStopped?.Invoke();
        using var reader = rows.Read(null);
        for (int count; (count = reader.Read(features, weights, places)) > 0; throwIfStopped?.Invoke())
            foreach (var observer in observers) observer.Observe(features.AsSpan(0, count * m), weights.AsSpan(0, count), places.AsSpan(0, count));
    }
}
