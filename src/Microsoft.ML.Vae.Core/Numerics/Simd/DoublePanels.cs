using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>A matrix in double precision, packed for products from the right with a few rows at a time: column panels [panel][step][column].</summary>
/// <remarks>Geometry needs double precision, where the floats' kernels do not serve. Each element sums in one order, whatever the number of rows.</remarks>
internal sealed class DoublePanels
{
    // Rows are padded to two of the widest registers, a panel on machines that have them.
    private const int Padding = 16;

    // Four rows by two registers keep both multipliers of a core busy.
    private const int Height = 4;

    private readonly double[] _panels;
    private readonly int _steps, _columns, _width;

    /// <param name="steps">Rows of the matrix: the summation index of a product.</param>
    /// <param name="columns">Columns, padded with zeros.</param>
    /// <param name="element">Entry (step, column).</param>
    /// <param name="wide">Whether to use AVX-512; null for wherever the machine has it.</param>
    public DoublePanels(int steps, int columns, Func<int, int, double> element, bool? wide = null)
    {
        (_steps, _columns, _width) = (steps, Padded(columns), 2 * (wide ?? DoubleLanes512.IsSupported ? DoubleLanes512.Count : DoubleLanes256.Count));
        _panels = new double[_steps * _columns];
        for (int step = 0; step < steps; step++)
        {
            for (int column = 0; column < columns; column++)
                _panels[(((column / _width * steps) + step) * _width) + (column % _width)] = element(step, column);
        }
    }

    /// <summary>The length of a padded row.</summary>
    public static int Padded(int columns) => (columns + Padding - 1) / Padding * Padding;

    /// <summary>C = A B, rows of both padded.</summary>
    /// <param name="a">[rows, <see cref="Padded"/>(steps)].</param>
    /// <param name="c">[rows, <see cref="Padded"/>(columns)]; what lies beyond the columns becomes zero.</param>
    public void Multiply(ReadOnlySpan<double> a, Span<double> c)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(c.Length % _columns, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, c.Length / _columns * Padded(_steps));
        if (_width == 2 * DoubleLanes512.Count) Multiply<DoubleLanes512>(a, c);
        else Multiply<DoubleLanes256>(a, c);
    }

    private void Multiply<T>(ReadOnlySpan<double> a, Span<double> c) where T : unmanaged, IDoubleLanes<T>
    {
        int rows = c.Length / _columns, stride = Padded(_steps);
        for (int column = 0; column < _columns; column += _width)
        {
            ref double panel = ref _panels[column * _steps], target = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), column);
            for (int row = 0; row < rows; row += Height)
                Tile<T>(ref MemoryMarshal.GetReference(a), stride, ref panel, _steps, ref target, _columns, row, rows - 1);
        }
    }

    // Rows beyond the last repeat it: they compute and write the same again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(ref double a, nint aStride, ref double panel, nint steps, ref double c, nint cStride, int row, int last)
        where T : unmanaged, IDoubleLanes<T>
    {
        nint r0 = row, r1 = Math.Min(row + 1, last), r2 = Math.Min(row + 2, last), r3 = Math.Min(row + 3, last);
        ref double a0 = ref Unsafe.Add(ref a, r0 * aStride), a1 = ref Unsafe.Add(ref a, r1 * aStride);
        ref double a2 = ref Unsafe.Add(ref a, r2 * aStride), a3 = ref Unsafe.Add(ref a, r3 * aStride);
        T left0 = default, left1 = default, left2 = default, left3 = default;
        T right0 = default, right1 = default, right2 = default, right3 = default;
        for (nint k = 0; k < steps; k++)
        {
            T left = T.Load(ref panel), right = T.Load(ref Unsafe.Add(ref panel, T.Count));
            panel = ref Unsafe.Add(ref panel, 2 * T.Count);
            T x0 = T.Create(Unsafe.Add(ref a0, k)), x1 = T.Create(Unsafe.Add(ref a1, k));
            left0 = T.MultiplyAdd(x0, left, left0);
            right0 = T.MultiplyAdd(x0, right, right0);
            left1 = T.MultiplyAdd(x1, left, left1);
            right1 = T.MultiplyAdd(x1, right, right1);
            T x2 = T.Create(Unsafe.Add(ref a2, k)), x3 = T.Create(Unsafe.Add(ref a3, k));
            left2 = T.MultiplyAdd(x2, left, left2);
            right2 = T.MultiplyAdd(x2, right, right2);
            left3 = T.MultiplyAdd(x3, left, left3);
            right3 = T.MultiplyAdd(x3, right, right3);
        }

        Store(left0, right0, ref Unsafe.Add(ref c, r0 * cStride));
        Store(left1, right1, ref Unsafe.Add(ref c, r1 * cStride));
        Store(left2, right2, ref Unsafe.Add(ref c, r2 * cStride));
        Store(left3, right3, ref Unsafe.Add(ref c, r3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(T left, T right, ref double target) where T : unmanaged, IDoubleLanes<T>
    {
        T.Store(left, ref target);
        T.Store(right, ref Unsafe.Add(ref target, T.Count));
    }
}
