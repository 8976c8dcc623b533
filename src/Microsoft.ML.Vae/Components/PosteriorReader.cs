using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Reads the posteriors of a VAE's columns in one pass: of a random draw of rows, where there are many. Rows without one (NaN) are skipped.</summary>
internal static class PosteriorReader
{
    /// <summary>What importances and coordinates are taken from; averages of so many rows are exact to a hundredth.</summary>
    private const int MaximumRows = 100_000;

    /// <summary>Checks that the columns are promised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void CheckShape(IExceptionContext context, SchemaShape input, string prefix)
    {
        foreach (string name in new[] { ColumnNames.Latent, ColumnNames.LogVariance })
            InputColumn.CheckShape(context, input, prefix + name, "latent", SchemaShape.Column.VectorKind.Vector);
    }

    /// <summary>[rows, n] each.</summary>
    /// <exception cref="InvalidOperationException">There is no row with a posterior.</exception>
    public static (float[] Means, float[] LogVariances) Read(IHost host, IDataView input, string prefix, int n)
    {
        string latent = prefix + ColumnNames.Latent, logVariance = prefix + ColumnNames.LogVariance;
        InputColumn.CheckVector(host, input.Schema, latent, "latent", n);
        InputColumn.CheckVector(host, input.Schema, logVariance, "latent", n);
        var (means, logVariances, draw) = (new List<float>(), new List<float>(), new RowDraw(MaximumRows, RandomStream.FromSeed(0)));
        using var cursor = input.GetRowCursor([input.Schema[latent], input.Schema[logVariance]]);
        var (mean, spread) = (new VectorSlots(cursor, latent, n, 1), new VectorSlots(cursor, logVariance, n, 1));
        while (cursor.MoveNext())
        {
            mean.Fetch(0);
            spread.Fetch(0);
            if (float.IsNaN(mean.Table[0])) continue;
            int slot = draw.Offer(draw.Offered);
            if (slot < 0) continue;
            Keep(means, slot, mean.Table);
            Keep(logVariances, slot, spread.Table);
        }
        return means.Count > 0 ? ([.. means], [.. logVariances])
            : throw host.Process(new InvalidOperationException("Training set has 0 instances, aborting training."));
    }

    private static void Keep(List<float> rows, int slot, float[] row)
    {
        int at = slot * row.Length;
        if (at == rows.Count) rows.AddRange(row);
        else row.CopyTo(CollectionsMarshal.AsSpan(rows)[at..]);
    }
}
