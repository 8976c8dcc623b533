using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>An activation on registers: y = f(x), and the chain rule from what was kept: the output, or the input of those that need it.</summary>
internal interface IActivationFunction
{
    static abstract T Value<T>(T x) where T : unmanaged, ILanes<T>;

    /// <summary>gradient · dy/dx; <paramref name="kept"/> is y, or x where <see cref="Activations.NeedsInput"/>.</summary>
    static abstract T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T>;
}

/// <summary>The loops of each activation over whole registers.</summary>
internal static unsafe class ActivationFunctions<T> where T : unmanaged, ILanes<T>
{
    /// <summary>(x, y, count): y = f(x); y may be x.</summary>
    public static delegate*<float*, float*, nint, void> Forward(Activation activation) => activation switch
    {
        Activation.Linear => &Map<LinearFunction>,
        Activation.Tanh => &Map<TanhFunction>,
        Activation.Relu => &Map<ReluFunction>,
        Activation.Softplus => &Map<SoftplusFunction>,
        Activation.Sigmoid => &Map<SigmoidFunction>,
        Activation.Elu => &Map<EluFunction>,
        Activation.Silu => &Map<SiluFunction>,
        Activation.Gelu => &Map<GeluFunction>,
    };

    /// <summary>(kept, gradient, count): multiplies the gradient by dy/dx, in place.</summary>
    public static delegate*<float*, float*, nint, void> Backward(Activation activation) => activation switch
    {
        Activation.Linear => &MapGradient<LinearFunction>,
        Activation.Tanh => &MapGradient<TanhFunction>,
        Activation.Relu => &MapGradient<ReluFunction>,
        Activation.Softplus => &MapGradient<SoftplusFunction>,
        Activation.Sigmoid => &MapGradient<SigmoidFunction>,
        Activation.Elu => &MapGradient<EluFunction>,
        Activation.Silu => &MapGradient<SiluFunction>,
        Activation.Gelu => &MapGradient<GeluFunction>,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(float* x, float* y, nint count) where TFunction : struct, IActivationFunction
    {
        for (nint i = 0; i < count; i += T.Count) T.Store(TFunction.Value(T.Load(x + i)), y + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MapGradient<TFunction>(float* kept, float* gradient, nint count) where TFunction : struct, IActivationFunction
    {
        for (nint i = 0; i < count; i += T.Count) T.Store(TFunction.Chain(T.Load(kept + i), T.Load(gradient + i)), gradient + i);
    }
}

internal readonly struct LinearFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T> => gradient;
}

internal readonly struct TanhFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T> => T.SubtractProduct(gradient * kept, kept, gradient);
}

internal readonly struct ReluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => T.Max(T.Create(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T> => T.Select(T.GreaterThan(kept, T.Create(0f)), gradient, T.Create(0f));
}

internal readonly struct SoftplusFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => VectorMath.Softplus(x);

    // dy/dx = 1 − e⁻ʸ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T> => T.SubtractProduct(gradient, VectorMath.ExpM1(T.Create(0f) - kept), T.Create(0f));
}

internal readonly struct SigmoidFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T> => gradient * T.SubtractProduct(kept, kept, kept);
}

internal readonly struct EluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => T.Select(T.GreaterThan(x, T.Create(0f)), x, VectorMath.ExpM1(T.Min(T.Create(0f), x)));

    // dy/dx = y + 1 below zero
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T> =>
        T.Select(T.GreaterThan(kept, T.Create(0f)), gradient, T.MultiplyAdd(gradient, kept, gradient));
}

internal readonly struct SiluFunction : IActivationFunction
{
    // Below, the sigmoid is held at 2e-38, where its product with an x of 1e38 would not be 0.
    private const float Least = -88;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => T.Max(T.Create(Least), x) * VectorMath.Sigmoid(x);

    // dy/dx = σ (1 + x (1 − σ))
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T>
    {
        T sigmoid = VectorMath.Sigmoid(kept);
        return gradient * sigmoid * T.MultiplyAdd(T.Max(T.Create(Least), kept), T.Create(1f) - sigmoid, T.Create(1f));
    }
}

internal readonly struct GeluFunction : IActivationFunction
{
    // Beyond, the density is held at 7e-39, where its product with an x of 1e38 would not be 0.
    private const float Farthest = 14;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : unmanaged, ILanes<T> => x * VectorMath.NormalCdf(x, out _);

    // dy/dx = Φ(x) + x φ(x)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Chain<T>(T kept, T gradient) where T : unmanaged, ILanes<T>
    {
        T cdf = VectorMath.NormalCdf(kept, out T density);
        return gradient * T.MultiplyAdd(T.Max(T.Create(-Farthest), T.Min(T.Create(Farthest), kept)), density, cdf);
    }
}
