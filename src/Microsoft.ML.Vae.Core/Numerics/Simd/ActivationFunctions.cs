using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>An activation on registers: y = f(x), and the chain rule from the output alone.</summary>
internal interface IActivationFunction
{
    static abstract T Value<T>(T x) where T : unmanaged, ILanes<T>;

    /// <summary>gradient · dy/dx at the output y.</summary>
    static abstract T Chain<T>(T y, T gradient) where T : unmanaged, ILanes<T>;
}

internal readonly struct TanhFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T y, T gradient) where T : unmanaged, ILanes<T> => T.SubtractProduct(gradient * y, y, gradient);
}

internal readonly struct ReluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => T.Max(T.Create(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T y, T gradient) where T : unmanaged, ILanes<T> => T.Select(T.GreaterThan(y, T.Create(0f)), gradient, T.Create(0f));
}

internal readonly struct SoftplusFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => VectorMath.Softplus(x);

    // dy/dx = 1 − e⁻ʸ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T y, T gradient) where T : unmanaged, ILanes<T> => T.SubtractProduct(gradient, VectorMath.ExpM1(T.Create(0f) - y), T.Create(0f));
}

internal readonly struct SigmoidFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T y, T gradient) where T : unmanaged, ILanes<T> => gradient * T.SubtractProduct(y, y, y);
}
