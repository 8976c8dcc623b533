using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Codes of drawn rows.</summary>
internal static class CodedRows
{
    // Dots of a picture: more hide each other.
    private const int MostRows = 1500;

    /// <summary>Posterior means and, last, the score of each row, [n + 1]; of many rows a part, which is as random as the whole.</summary>
    /// <param name="model">Encodes them.</param>
    /// <param name="drawn">Raw features and, last, the score, [m + 1].</param>
    public static float[][] Of(VaeModel model, float[][] drawn)
    {
        int n = model.LatentDimension, m = model.InputCount, count = Math.Min(MostRows, drawn.Length);
        int[] kept = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * drawn.Length / count))];
        var posterior = PosteriorTable.Of(model, new MatrixRows(kept.SelectMany(k => drawn[k].Take(m)).ToArray(), m));
        return [.. kept.Select((k, i) => (float[])[.. posterior.Mean.AsSpan(i * n, n), drawn[k][m]])];
    }
}
