using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Vae.Core;

/// <summary>A SIMD register of doubles: the little that <see cref="DoublePanels"/> asks for.</summary>
internal interface IDoubleLanes<T> where T : unmanaged, IDoubleLanes<T>
{
    /// <summary>Doubles in a register.</summary>
    static abstract int Count { get; }

    static abstract T Create(double value);

    static abstract T Load(ref double source);

    static abstract void Store(T value, ref double destination);

    /// <summary>x·y + sum, fused where the machine fuses.</summary>
    static abstract T MultiplyAdd(T x, T y, T sum);
}

/// <summary>Eight doubles: AVX-512.</summary>
internal readonly struct DoubleLanes512(Vector512<double> value) : IDoubleLanes<DoubleLanes512>
{
    private readonly Vector512<double> _value = value;

    public static bool IsSupported => Avx512F.IsSupported;

    public static int Count => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Create(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Load(ref double source) => new(Vector512.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DoubleLanes512 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 MultiplyAdd(DoubleLanes512 x, DoubleLanes512 y, DoubleLanes512 sum) =>
        new(Avx512F.FusedMultiplyAdd(x._value, y._value, sum._value));
}

/// <summary>Four doubles, on every machine.</summary>
internal readonly struct DoubleLanes256(Vector256<double> value) : IDoubleLanes<DoubleLanes256>
{
    private readonly Vector256<double> _value = value;

    public static int Count => Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Create(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Load(ref double source) => new(Vector256.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DoubleLanes256 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 MultiplyAdd(DoubleLanes256 x, DoubleLanes256 y, DoubleLanes256 sum) =>
        new(Fma.IsSupported ? Fma.MultiplyAdd(x._value, y._value, sum._value) : (x._value * y._value) + sum._value);
}
