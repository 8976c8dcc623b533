using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>A random draw of rows as they pass, of bounded size.</summary>
internal sealed class DrawnRows(int width, int maximumRows, RandomStream random)
{
    private readonly RowDraw _draw = new(maximumRows, random);
    private readonly List<float[]> _rows = [];

    /// <summary>Rows offered.</summary>
    public long Offered => _draw.Offered;

    /// <summary>Offers a row, [width].</summary>
    public void Offer(long place, ReadOnlySpan<float> row)
    {
        int slot = _draw.Offer(place);
        if (slot < 0) return;
        if (slot == _rows.Count) _rows.Add(new float[width]);
        row.CopyTo(_rows[slot]);
    }

    /// <summary>The drawn rows in the order in which they came.</summary>
    public float[][] ToArray() => [.. _draw.SlotsInOrder().Select(slot => _rows[slot])];
}
