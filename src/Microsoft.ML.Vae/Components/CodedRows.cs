using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae;

/// <summary>A random draw of rows with their latents, as the geometry is fitted to them. Rows without latents (NaN) are skipped.</summary>
internal sealed class CodedRows
{
    /// <summary>Enough for a hundred centres and their widths; of more rows these are a random draw.</summary>
    private const int Maximum = 10_000;

    private readonly List<double[]> _codes = [];
    private readonly List<float[]> _rows = [];

    private CodedRows() { }

    /// <summary>Number of rows drawn.</summary>
    public int Count => _codes.Count;

    /// <summary>[n, d].</summary>
    public double[] Codes => [.. _codes.SelectMany(z => z)];

    /// <summary>One pass over the data; without <paramref name="features"/> only latents are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another size.</exception>
    public static CodedRows Read(IHost host, IDataView input, string latent, string? features, VaeModel model, int seed)
    {
        if (features is not null) InputColumn.CheckVector(host, input.Schema, features, "feature", model.FeatureCount);
        var drawn = new CodedRows();
        var draw = new RowDraw(Maximum, RandomStream.FromSeed(seed));
        using var cursor = input.GetRowCursor(features is null ? [input.Schema[latent]] : [input.Schema[latent], input.Schema[features]]);
        var (code, row) = (new VectorSlots(cursor, latent, model.LatentDimension, 1), features is null ? null : new VectorSlots(cursor, features, model.FeatureCount, 1));
        while (cursor.MoveNext())
        {
            code.Fetch(0);
            row?.Fetch(0);
            if (!Array.TrueForAll(code.Table, float.IsFinite)) continue;
            drawn.Keep(draw.Offer(draw.Offered), code.Table, row?.Table ?? []);
        }
        return drawn;
    }

    /// <summary>σ(z) of the decoder, by rows of which nothing is missing.</summary>
    /// <exception cref="InvalidOperationException">There is no such row.</exception>
    public RbfScale Deviation(VaeModel model, RbfScaleOptions options)
    {
        int[] complete = [.. Enumerable.Range(0, Count).Where(r => Array.TrueForAll(_rows[r], float.IsFinite))];
        if (complete.Length == 0) throw new InvalidOperationException("No row has all of its features: the decoder's standard deviation cannot be fitted. Give complete rows, or set Noise to null.");
        float[] scaled = [.. complete.SelectMany(r => _rows[r])];
        model.Scaling.Apply(scaled);
        return NoisyDecoder.FitDeviation(model.CreateDecoderImmersion(), [.. complete.SelectMany(r => _codes[r])], Array.ConvertAll(scaled, v => (double)v), options);
    }

    private void Keep(int slot, float[] code, float[] row)
    {
        double[] z = Array.ConvertAll(code, v => (double)v);
        if (slot == _codes.Count)
        {
            _codes.Add(z);
            _rows.Add([.. row]);
        }
        else if (slot >= 0)
        {
            (_codes[slot], _rows[slot]) = (z, [.. row]);
        }
    }
}
