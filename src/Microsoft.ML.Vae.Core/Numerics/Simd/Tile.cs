using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>The micro-kernel of every product: C = Start + A·B on a tile of up to eight rows by four registers, held in registers throughout.</summary>
/// <remarks>
/// One source serves all shapes and widths: rows and columns are types, so the JIT drops the branches that a shape lacks and
/// promotes each <see cref="TileRow{T, TColumns}"/> to registers. Each element sums over the steps in order, whatever the tile.
/// With each step it fetches one cache line of what is needed afterwards, unless <typeparamref name="TFetches"/> is 0.
/// </remarks>
internal static unsafe class Tile<T, TRows, TColumns, TFetches>
    where T : unmanaged, ILanes<T>
    where TRows : struct, IFixedNumber
    where TColumns : struct, IFixedNumber
    where TFetches : struct, IFixedNumber
{
    /// <summary>c[r, j] = start[r, j] + Σₖ a[r·rowStride + k·stepStride] · b[k·bStride + j]; strides in floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // no slow first tier
    public static void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint bStride, nint steps, float* start, nint startStride, float* c, nint cStride, float* fetched)
    {
        TileRow<T, TColumns> r0 = TileRow<T, TColumns>.Load(start), r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        if (TRows.Value > 1) r1 = TileRow<T, TColumns>.Load(start + startStride);
        if (TRows.Value > 2) r2 = TileRow<T, TColumns>.Load(start + (2 * startStride));
        if (TRows.Value > 3) r3 = TileRow<T, TColumns>.Load(start + (3 * startStride));
        if (TRows.Value > 4) r4 = TileRow<T, TColumns>.Load(start + (4 * startStride));
        if (TRows.Value > 5) r5 = TileRow<T, TColumns>.Load(start + (5 * startStride));
        if (TRows.Value > 6) r6 = TileRow<T, TColumns>.Load(start + (6 * startStride));
        if (TRows.Value > 7) r7 = TileRow<T, TColumns>.Load(start + (7 * startStride));
        for (nint k = 0; k < steps; k++)
        {
            var row = TileRow<T, TColumns>.Load(b);
            r0.AddProduct(a[0], row);
            if (TRows.Value > 1) r1.AddProduct(a[rowStride], row);
            if (TRows.Value > 2) r2.AddProduct(a[2 * rowStride], row);
            if (TRows.Value > 3) r3.AddProduct(a[3 * rowStride], row);
            if (TRows.Value > 4) r4.AddProduct(a[4 * rowStride], row);
            if (TRows.Value > 5) r5.AddProduct(a[5 * rowStride], row);
            if (TRows.Value > 6) r6.AddProduct(a[6 * rowStride], row);
            if (TRows.Value > 7) r7.AddProduct(a[7 * rowStride], row);
            if (TFetches.Value > 0) CacheHint.FetchLine(fetched + (k * CacheHint.LineFloats));
            a += stepStride;
            b += bStride;
        }
        r0.Store(c);
        if (TRows.Value > 1) r1.Store(c + cStride);
        if (TRows.Value > 2) r2.Store(c + (2 * cStride));
        if (TRows.Value > 3) r3.Store(c + (3 * cStride));
        if (TRows.Value > 4) r4.Store(c + (4 * cStride));
        if (TRows.Value > 5) r5.Store(c + (5 * cStride));
        if (TRows.Value > 6) r6.Store(c + (6 * cStride));
        if (TRows.Value > 7) r7.Store(c + (7 * cStride));
    }
}

/// <summary>One row of a tile: up to four registers side by side.</summary>
internal unsafe struct TileRow<T, TColumns> where T : unmanaged, ILanes<T> where TColumns : struct, IFixedNumber
{
    private T _v0, _v1, _v2, _v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow<T, TColumns> Load(float* source)
    {
        TileRow<T, TColumns> row = default;
        row._v0 = T.Load(source);
        if (TColumns.Value > 1) row._v1 = T.Load(source + T.Count);
        if (TColumns.Value > 2) row._v2 = T.Load(source + (2 * T.Count));
        if (TColumns.Value > 3) row._v3 = T.Load(source + (3 * T.Count));
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float a, in TileRow<T, TColumns> b)
    {
        T factor = T.Create(a);
        _v0 = T.MultiplyAdd(factor, b._v0, _v0);
        if (TColumns.Value > 1) _v1 = T.MultiplyAdd(factor, b._v1, _v1);
        if (TColumns.Value > 2) _v2 = T.MultiplyAdd(factor, b._v2, _v2);
        if (TColumns.Value > 3) _v3 = T.MultiplyAdd(factor, b._v3, _v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* destination)
    {
        T.Store(_v0, destination);
        if (TColumns.Value > 1) T.Store(_v1, destination + T.Count);
        if (TColumns.Value > 2) T.Store(_v2, destination + (2 * T.Count));
        if (TColumns.Value > 3) T.Store(_v3, destination + (3 * T.Count));
    }
}
