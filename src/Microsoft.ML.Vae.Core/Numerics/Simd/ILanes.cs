namespace Microsoft.ML.Vae.Core;

/// <summary>A SIMD register of floats. Kernels are written once over this interface and specialised by the JIT for each width.</summary>
/// <remarks>
/// Implementations wrap one hardware vector, so that formulas read with operators; RyuJIT keeps the wrapper in a register.
/// Comparisons give lanes of all ones or all zeros, for <see cref="Select"/>.
/// </remarks>
internal unsafe interface ILanes<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Whether this machine executes the path in hardware (the 128-bit path always runs).</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Floats in a register.</summary>
    static abstract int Count { get; }

    /// <summary>Registers in a row of a product's tile: eight rows (six where four wide) stay within the register file.</summary>
    static abstract int TileColumns { get; }

    static abstract T Create(float value);

    static abstract T Load(float* source);

    static abstract void Store(T value, float* destination);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>a·b + c, fused where the machine fuses.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>c − a·b, fused where the machine fuses.</summary>
    static abstract T SubtractProduct(T a, T b, T c);

    /// <summary>The smaller; a NaN in <paramref name="b"/> is kept.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger; a NaN in <paramref name="b"/> is kept.</summary>
    static abstract T Max(T a, T b);

    static abstract T Abs(T a);

    static abstract T Sqrt(T a);

    /// <summary>1/a to two units in the last place, for normal a with a normal reciprocal.</summary>
    static abstract T Reciprocal(T a);

    /// <summary>√a to two units in the last place, for normal positive a.</summary>
    static abstract T Root(T a);

    /// <summary>To the nearest integer, as a float; |a| below 2²².</summary>
    static abstract T Round(T a);

    static abstract T GreaterThan(T a, T b);

    /// <summary>Each lane's a where the mask is set, else b.</summary>
    static abstract T Select(T mask, T a, T b);

    /// <summary>2ⁿ for integral n in [−126, 127].</summary>
    static abstract T PowerOfTwo(T n);

    /// <summary>a = mantissa · 2^exponent with the mantissa in [1, 2), for normal positive a.</summary>
    static abstract T Mantissa(T a, out T exponent);

    /// <summary>The sum of the lanes, in double.</summary>
    static abstract double Sum(T a);
}
