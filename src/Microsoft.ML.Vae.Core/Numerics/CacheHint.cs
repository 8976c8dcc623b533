using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Vae.Core;

/// <summary>Asks the processor to fetch memory that will be read soon. A hint: it changes no result and reads nothing itself.</summary>
internal static class CacheHint
{
    /// <summary>Floats of a cache line.</summary>
    public const int LineFloats = 16;

    /// <summary>Fetches every cache line of <paramref name="values"/>, where the machine can be asked.</summary>
    public static unsafe void Fetch(ReadOnlySpan<float> values)
    {
        if (!Sse.IsSupported) return;
        void* start = Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        for (int i = 0; i < values.Length; i += LineFloats) Sse.Prefetch1((float*)start + i);
    }

    /// <summary>Fetches one cache line into the second-level cache, where the machine can be asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void FetchLine(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }
}
