using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Vae.Core;

/// <summary>A matrix in double precision, packed for products from the right with a few rows at a time: column panels [panel][step][8].</summary>
/// <remarks>Geometry needs double precision, where the floats' kernels do not serve. Each element sums in one order, whatever the number of rows.</remarks>
internal sealed class DoublePanels
{
    /// <summary>Columns of a panel: a cache line, two registers.</summary>
    public const int Width = 8;

    // Four rows by two registers keep both multipliers of a core busy.
    private const int Height = 4;

    private readonly double[] _panels;
    private readonly int _steps, _columns;

    /// <param name="steps">Rows of the matrix: the summation index of a product.</param>
    /// <param name="columns">Columns, padded with zeros to whole panels.</param>
    /// <param name="element">Entry (step, column).</param>
    public DoublePanels(int steps, int columns, Func<int, int, double> element)
    {
        (_steps, _columns) = (steps, Padded(columns));
        _panels = new double[_steps * _columns];
        for (int step = 0; step < steps; step++)
        {
            for (int column = 0; column < columns; column++)
                _panels[(((column / Width * steps) + step) * Width) + (column % Width)] = element(step, column);
        }
    }

    /// <summary>The length of a row of so many columns.</summary>
    public static int Padded(int columns) => (columns + Width - 1) / Width * Width;

    /// <summary>C = A B, rows of both padded.</summary>
    /// <param name="a">[rows, <see cref="Padded"/>(steps)].</param>
    /// <param name="c">[rows, <see cref="Padded"/>(columns)]; what lies beyond the columns becomes zero.</param>
    public void Multiply(ReadOnlySpan<double> a, Span<double> c)
    {
        int rows = c.Length / _columns, stride = Padded(_steps);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, rows * stride);
        for (int column = 0; column < _columns; column += Width)
        {
            ref double panel = ref _panels[column * _steps];
            for (int row = 0; row < rows; row += Height)
                Tile(ref MemoryMarshal.GetReference(a), stride, ref panel, _steps, ref Unsafe.Add(ref MemoryMarshal.GetReference(c), column), _columns, row, rows - 1);
        }
    }

    // Rows beyond the last repeat it: they compute and write the same again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(ref double a, nint aStride, ref double panel, nint steps, ref double c, nint cStride, int row, int last)
    {
        nint r0 = row, r1 = Math.Min(row + 1, last), r2 = Math.Min(row + 2, last), r3 = Math.Min(row + 3, last);
        ref double a0 = ref Unsafe.Add(ref a, r0 * aStride), a1 = ref Unsafe.Add(ref a, r1 * aStride);
        ref double a2 = ref Unsafe.Add(ref a, r2 * aStride), a3 = ref Unsafe.Add(ref a, r3 * aStride);
        Vector256<double> left0 = default, left1 = default, left2 = default, left3 = default;
        Vector256<double> right0 = default, right1 = default, right2 = default, right3 = default;
        for (nint k = 0; k < steps; k++)
        {
            Vector256<double> left = Vector256.LoadUnsafe(ref panel, (nuint)(k * Width));
            Vector256<double> right = Vector256.LoadUnsafe(ref panel, (nuint)((k * Width) + (Width / 2)));
            Vector256<double> x0 = Vector256.Create(Unsafe.Add(ref a0, k)), x1 = Vector256.Create(Unsafe.Add(ref a1, k));
            (left0, right0) = (MultiplyAdd(x0, left, left0), MultiplyAdd(x0, right, right0));
            (left1, right1) = (MultiplyAdd(x1, left, left1), MultiplyAdd(x1, right, right1));
            Vector256<double> x2 = Vector256.Create(Unsafe.Add(ref a2, k)), x3 = Vector256.Create(Unsafe.Add(ref a3, k));
            (left2, right2) = (MultiplyAdd(x2, left, left2), MultiplyAdd(x2, right, right2));
            (left3, right3) = (MultiplyAdd(x3, left, left3), MultiplyAdd(x3, right, right3));
        }

        Store(left0, right0, ref Unsafe.Add(ref c, r0 * cStride));
        Store(left1, right1, ref Unsafe.Add(ref c, r1 * cStride));
        Store(left2, right2, ref Unsafe.Add(ref c, r2 * cStride));
        Store(left3, right3, ref Unsafe.Add(ref c, r3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> MultiplyAdd(Vector256<double> x, Vector256<double> y, Vector256<double> sum) =>
        Fma.IsSupported ? Fma.MultiplyAdd(x, y, sum) : (x * y) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<double> left, Vector256<double> right, ref double target)
    {
        left.StoreUnsafe(ref target);
        right.StoreUnsafe(ref target, Width / 2);
    }
}
