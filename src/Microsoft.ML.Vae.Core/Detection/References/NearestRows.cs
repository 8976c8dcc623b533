using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Finds the nearest known rows of many rows at once: squared distances by a packed product in single precision, then the few that may be among the nearest exactly.</summary>
/// <remarks>The product leaves out no row that rounding could have hidden, and the exact distances decide: a row's result depends on that row alone. Not thread-safe.</remarks>
internal abstract class NearestRows
{
    /// <summary>Rows searched at once: their distances to a few thousand known rows stay in the second-level cache.</summary>
    public const int ChunkRows = 32;

    /// <summary>Below this two squared distances are one, so that ties are ties whatever the order of summation.</summary>
    public const double Quantum = 1.0 / (1 << 30);

    /// <summary>A search at the widest registers that the machine has.</summary>
    public static NearestRows Of(ReferenceBank bank, int maximumRows) =>
        Lanes512.IsSupported ? new NearestRows<Lanes512>(bank, maximumRows) : Lanes256.IsSupported ? new NearestRows<Lanes256>(bank, maximumRows) : new NearestRows<Lanes128>(bank, maximumRows);

    /// <summary>Searches.</summary>
    /// <param name="rows">In the metric of the search, [count, m].</param>
    /// <param name="count">At most <see cref="ChunkRows"/>.</param>
    /// <param name="own">The known row that the first one is and that it may not find, the second one's is the next, …; −1: none.</param>
    /// <param name="nearest">[count, <see cref="ReferenceBank.WideCount"/>], nearest first; ties go to the earlier row.</param>
    /// <returns>How many were found of each: all but its own where the bank is small.</returns>
    public abstract int Search(ReadOnlySpan<float> rows, int count, int own, Span<int> nearest);
}

/// <summary>The search at one register width.</summary>
internal sealed unsafe class NearestRows<T> : NearestRows where T : unmanaged, ILanes<T>
{
    private const int Wide = ReferenceBank.WideCount;

    // Products that share a minimum, of registers that lie behind each other: more would be searched exactly, fewer have more minima to sort.
    private const int GroupsOfMinimum = 12;

    // Rounding of single precision, and of what may be summed in any order.
    private const double UnitRoundoff = 1.0 / (1 << 24), Slack = 4;

    private readonly ReferenceBank _bank;
    private readonly PanelLayout _layout;
    private readonly AlignedBuffer _packed, _norms, _query, _products;
    private readonly float[] _smallest = new float[Wide + 1];
    private readonly double[] _keys = new double[Wide];
    private readonly int _features, _stride;
    private readonly double _largestNorm;

    public NearestRows(ReferenceBank bank, int maximumRows)
    {
        (_bank, _features, _stride) = (bank, bank.FeatureCount, AlignedBuffer.RowStride(bank.FeatureCount));
        _layout = new PanelLayout(_features, bank.Count, T.Count, T.TileColumns);
        (_packed, _norms) = (new AlignedBuffer(_layout.Length), new AlignedBuffer(_layout.Columns));
        int rows = Math.Min(ChunkRows, maximumRows);
        (_query, _products) = (new AlignedBuffer(rows * _stride), new AlignedBuffer(rows * _layout.Columns));
        _norms.Span.Fill(float.PositiveInfinity);
        for (int r = 0; r < bank.Count; r++)
        {
            var known = bank.Searched.AsSpan(r * _features, _features);
            _norms.Span[r] = TensorPrimitives.Dot<float>(known, known);
            _largestNorm = Math.Max(_largestNorm, _norms.Span[r]);
            int panel = _layout.PanelOf(r), at = _layout.Offset(panel) + r - _layout.FirstColumn(panel), width = _layout.Width(panel);
            for (int i = 0; i < _features; i++) _packed.Span[at + (i * width)] = known[i];
        }
    }

    public override int Search(ReadOnlySpan<float> rows, int count, int own, Span<int> nearest)
    {
        for (int r = 0; r < count; r++) TensorPrimitives.Multiply(rows.Slice(r * _features, _features), -2f, _query.Span.Slice(r * _stride, _features));
        // ‖b‖² − 2xb, ‖x‖² less than the squared distance.
        PanelProduct<T>.Multiply(_query.Pointer, _stride, count, _packed.Pointer, _layout, _norms.Pointer, _products.Pointer, _layout.Columns);
        int found = 0;
        for (int r = 0; r < count; r++)
            found = Select(rows.Slice(r * _features, _features), _products.Span.Slice(r * _layout.Columns, _layout.Columns), own < 0 ? -1 : own + r, nearest.Slice(r * Wide, Wide));
        return found;
    }

    // All whose product lies no farther above the last one that is sure to count than both may err.
    private int Select(ReadOnlySpan<float> row, ReadOnlySpan<float> products, int own, Span<int> nearest)
    {
        var groups = MemoryMarshal.Cast<float, Vector<float>>(products);
        float limit = (float)(SureLimit(groups) + (Slack * (_features + Slack) * UnitRoundoff * (TensorPrimitives.SumOfSquares(row) + (2 * _largestNorm))));
        // No product is lost by the limit's own rounding.
        var above = new Vector<float>(limit = MathF.BitIncrement(limit));
        int found = 0;
        for (int group = 0; group < groups.Length; group++)
        {
            if (Vector.GreaterThanAll(groups[group], above)) continue;
            int first = group * Vector<float>.Count, end = Math.Min(_bank.Count, first + Vector<float>.Count);
            for (int b = first; b < end; b++)
            {
                if (b == own || products[b] > limit) continue;
                double key = Key(row, _bank.Searched.AsSpan(b * _features, _features));
                if (found == Wide && !(key < _keys[Wide - 1])) continue;
                int k = found < Wide ? found++ : Wide - 1;
                for (; k > 0 && _keys[k - 1] > key; k--) (_keys[k], nearest[k]) = (_keys[k - 1], nearest[k - 1]);
                (_keys[k], nearest[k]) = (key, b);
            }
        }
        return found;
    }

    // No less than the largest of the Wide + 1 smallest products, of which one may be the row's own: each of so many places has the least of its products, and these are products, too.
    private float SureLimit(ReadOnlySpan<Vector<float>> groups)
    {
        Array.Fill(_smallest, float.PositiveInfinity);
        for (int from = 0; from < groups.Length; from += GroupsOfMinimum)
        {
            var minima = groups[from];
            for (int group = from + 1; group < Math.Min(groups.Length, from + GroupsOfMinimum); group++) minima = Vector.Min(minima, groups[group]);
            if (Vector.GreaterThanOrEqualAll(minima, new Vector<float>(_smallest[Wide]))) continue;
            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                float product = minima[lane];
                if (!(product < _smallest[Wide])) continue;
                int k = Wide;
                for (; k > 0 && _smallest[k - 1] > product; k--) _smallest[k] = _smallest[k - 1];
                _smallest[k] = product;
            }
        }
        return _smallest[Wide];
    }

    // In double precision, whatever the order of summation: the quantum is coarser than any.
    private static double Key(ReadOnlySpan<float> row, ReadOnlySpan<float> known)
    {
        ReadOnlySpan<Vector<float>> rows = MemoryMarshal.Cast<float, Vector<float>>(row), others = MemoryMarshal.Cast<float, Vector<float>>(known);
        Vector<double> lower = default, upper = default;
        for (int k = 0; k < rows.Length; k++)
        {
            Vector.Widen(rows[k], out var low, out var high);
            Vector.Widen(others[k], out var otherLow, out var otherHigh);
            (low, high) = (low - otherLow, high - otherHigh);
            (lower, upper) = (lower + (low * low), upper + (high * high));
        }
        double sum = Vector.Sum(lower + upper);
        for (int i = rows.Length * Vector<float>.Count; i < known.Length; i++)
        {
            double difference = (double)row[i] - known[i];
            sum += difference * difference;
        }
        return Math.Round(sum / Quantum);
    }
}
