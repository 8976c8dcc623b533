using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Reductions over padded rows; counts are multiples of a register.</summary>
internal static unsafe class Reductions<T> where T : unmanaged, ILanes<T>
{
    /// <summary>sums[j] = Σᵣ values[r, j] of one panel of at most four registers; adds where <paramref name="add"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumRows(float* values, nint stride, int rows, int registers, float* sums, bool add)
    {
        for (int v = 0; v < registers; v++, values += T.Count, sums += T.Count)
        {
            T sum = add ? T.Load(sums) : T.Create(0f);
            for (nint r = 0; r < rows; r++) sum += T.Load(values + (r * stride));
            T.Store(sum, sums);
        }
    }

    /// <summary>Σ values²: in registers, and in double where that overflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares(float* values, int count)
    {
        T sum = T.Create(0f);
        for (nint i = 0; i < count; i += T.Count)
        {
            T v = T.Load(values + i);
            sum = T.MultiplyAdd(v, v, sum);
        }
        double squares = T.Sum(sum);
        return double.IsPositiveInfinity(squares) ? SumOfLargeSquares(values, count) : squares;
    }

    private static double SumOfLargeSquares(float* values, int count)
    {
        double sum = 0;
        for (nint i = 0; i < count; i++) sum += (double)values[i] * values[i];
        return sum;
    }
}
