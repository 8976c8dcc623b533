using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>The two products of a dense layer on packed panels. Each element's order of summation depends on the shapes alone.</summary>
internal static unsafe class PanelProduct<T> where T : unmanaged, ILanes<T>
{
    // A block of a panel (256 × 64 floats) stays in the second-level cache while all rows pass over it.
    private const int StepBlock = 256;

    // Deltas of 128 rows of a panel (32 kB) stay in the first-level cache while the inputs pass over them.
    private const int RowBlock = 128;

    /// <summary>C[rows, columns] = start + A[rows, steps] · B, B packed.</summary>
    /// <param name="a">[rows, steps], row stride <paramref name="aStride"/>.</param>
    /// <param name="aStride">In floats.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="b">B, packed by <paramref name="layout"/>.</param>
    /// <param name="layout">Of B.</param>
    /// <param name="start">One row, [columns], with which each row of C starts: the bias, or zeros.</param>
    /// <param name="c">[rows, columns].</param>
    /// <param name="cStride">In floats.</param>
    public static void Multiply(float* a, nint aStride, int rows, float* b, PanelLayout layout, float* start, float* c, nint cStride)
    {
        for (int p = 0; p < layout.PanelCount; p++)
        {
            int registers = layout.Registers(p), width = layout.Width(p), column = layout.FirstColumn(p);
            for (int k = 0; k == 0 || k < layout.Steps; k += StepBlock)
            {
                int steps = Math.Min(StepBlock, layout.Steps - k);
                var (from, fromStride) = k == 0 ? ((nint)(start + column), 0) : ((nint)(c + column), cStride);
                MultiplyPanel(registers, rows, a + k, aStride, 1, b + layout.Offset(p) + ((nint)k * width), width, steps, (float*)from, fromStride, c + column, cStride);
            }
        }
    }

    /// <summary>C[inputs, width] (+)= Aᵀ · D over the batch: a block of a weight gradient.</summary>
    /// <param name="a">The layer's inputs from the block's first column on, [rows, inputs], row stride <paramref name="aStride"/>.</param>
    /// <param name="aStride">In floats.</param>
    /// <param name="inputs">Rows of C.</param>
    /// <param name="d">Deltas from the panel's first column on, [rows, registers · lanes], row stride <paramref name="dStride"/>.</param>
    /// <param name="dStride">In floats.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="registers">Width of C in registers.</param>
    /// <param name="c">[inputs, width], contiguous.</param>
    /// <param name="zeros">Where C starts: a row of zeros, or null to add to C.</param>
    /// <param name="ahead">What is needed when the product is done; null: nothing.</param>
    public static void MultiplyTransposed(float* a, nint aStride, int inputs, float* d, nint dStride, int rows, int registers, float* c, float* zeros, FetchList? ahead = null)
    {
        int width = registers * T.Count;
        for (int k = 0; k == 0 || k < rows; k += RowBlock)
        {
            bool first = k == 0 && zeros is not null;
            MultiplyPanel(registers, inputs, a + (k * aStride), 1, aStride, d + (k * dStride), dStride, Math.Min(RowBlock, rows - k), first ? zeros : c, first ? 0 : width, c, width, ahead);
        }
    }

    // Cuts the rows into tiles as equal as possible: a thin last tile would waste most of the multipliers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPanel(
        int registers, int rows, float* a, nint rowStride, nint stepStride, float* b, nint bStride, int steps, float* start, nint startStride, float* c, nint cStride, FetchList? ahead = null)
    {
        int tallest = TileTable<T>.Rows(registers), tiles = (rows + tallest - 1) / tallest;
        for (int t = 0; t < tiles; t++)
        {
            int height = (rows / tiles) + (t < rows % tiles ? 1 : 0);
            float* fetched = ahead is null ? null : ahead.Take(steps);
            TileTable<T>.Kernel(height, registers, fetched != null)(a, rowStride, stepStride, b, bStride, steps, start, startStride, c, cStride, fetched);
            a += height * rowStride;
            start += height * startStride;
            c += height * cStride;
        }
    }
}
