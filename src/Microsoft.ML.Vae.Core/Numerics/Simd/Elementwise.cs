using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Elementwise passes over padded rows; counts are multiples of a register.</summary>
internal static unsafe class Elementwise<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Replaces x by its activation.</summary>
    public static void Activate(Activation activation, float* values, int count)
    {
        switch (activation)
        {
            case Activation.Tanh: Map<TanhFunction>(values, count); break;
            case Activation.Relu: Map<ReluFunction>(values, count); break;
            case Activation.Softplus: Map<SoftplusFunction>(values, count); break;
            case Activation.Sigmoid: Map<SigmoidFunction>(values, count); break;
        }
    }

    /// <summary>Multiplies the gradient by dy/dx, given the outputs y.</summary>
    public static void ActivationGradient(Activation activation, float* outputs, float* gradient, int count)
    {
        switch (activation)
        {
            case Activation.Tanh: MapGradient<TanhFunction>(outputs, gradient, count); break;
            case Activation.Relu: MapGradient<ReluFunction>(outputs, gradient, count); break;
            case Activation.Softplus: MapGradient<SoftplusFunction>(outputs, gradient, count); break;
            case Activation.Sigmoid: MapGradient<SigmoidFunction>(outputs, gradient, count); break;
        }
    }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(float* values, int count) where TFunction : struct, IActivationFunction
    {
        for (nint i = 0; i < count; i += T.Count) T.Store(TFunction.Value(T.Load(values + i)), values + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MapGradient<TFunction>(float* outputs, float* gradient, int count) where TFunction : struct, IActivationFunction
    {
        for (nint i = 0; i < count; i += T.Count) T.Store(TFunction.Chain(T.Load(outputs + i), T.Load(gradient + i)), gradient + i);
    }
}
