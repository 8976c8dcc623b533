using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>Reads the posteriors of a VAE's columns in one pass; rows without one (NaN) are skipped.</summary>
internal static class PosteriorReader
{
    /// <summary>[rows, n] each.</summary>
    /// <exception cref="InvalidOperationException">There is no row with a posterior.</exception>
    public static (float[] Means, float[] LogVariances) Read(IHost host, IDataView input, string prefix, int n)
    {
        string latent = prefix + "Latent", logVariance = prefix + "LatentLogVariance";
        InputColumn.CheckVector(host, input.Schema, latent, "latent", n);
        InputColumn.CheckVector(host, input.Schema, logVariance, "latent", n);
        var (means, logVariances) = (new List<float>(), new List<float>());
        using var cursor = input.GetRowCursor([input.Schema[latent], input.Schema[logVariance]]);
        var (mean, spread) = (new VectorSlots(cursor, latent, n, 1), new VectorSlots(cursor, logVariance, n, 1));
        while (cursor.MoveNext())
        {
            mean.Fetch(0);
            spread.Fetch(0);
            if (float.IsNaN(mean.Table[0])) continue;
            means.AddRange(mean.Table);
            logVariances.AddRange(spread.Table);
        }
        return means.Count > 0 ? ([.. means], [.. logVariances])
            : throw host.Process(new InvalidOperationException("Training set has 0 instances, aborting training."));
    }
}
