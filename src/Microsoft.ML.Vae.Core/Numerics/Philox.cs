using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Vae.Core;

/// <summary>Philox4x32-10 (Salmon et al. 2011): four random words from a key and a counter, one counter or sixteen at a time.</summary>
internal static unsafe class Philox
{
    /// <summary>Counters of a group.</summary>
    public const int Group = 16;

    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four words of (counter, purpose) under a key.</summary>
    public static (uint A, uint B, uint C, uint D) Words(ulong key, ulong counter, ulong purpose)
    {
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = (uint)purpose, c3 = (uint)(purpose >> 32);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0, p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>The upper 24 bits of each word of counters first … first+15, as floats: all A, then all B, C, D; [4, 16].</summary>
    public static void Words24(ulong key, ulong first, ulong purpose, float* words)
    {
        if (Avx2.IsSupported)
        {
            for (int i = 0; i < Group; i += 8) EightWords24(key, first + (ulong)i, purpose, words + i);
            return;
        }
        for (int i = 0; i < Group; i++)
        {
            var (a, b, c, d) = Words(key, first + (ulong)i, purpose);
            (words[i], words[Group + i], words[(2 * Group) + i], words[(3 * Group) + i]) = (a >> 8, b >> 8, c >> 8, d >> 8);
        }
    }

    // Four counters in the 64-bit lanes of a register, two registers side by side. Upper halves of a lane may hold rubbish: products
    // ignore them, and narrowing drops them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightWords24(ulong key, ulong first, ulong purpose, float* words)
    {
        var lanes = Vector256.Create(0UL, 1, 2, 3) + Vector256.Create(first);
        FourWords(key, lanes, purpose, out var a, out var b, out var c, out var d);
        FourWords(key, lanes + Vector256.Create(4UL), purpose, out var e, out var f, out var g, out var h);
        Store(a, e, words);
        Store(b, f, words + Group);
        Store(c, g, words + (2 * Group));
        Store(d, h, words + (3 * Group));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourWords(
        ulong key, Vector256<ulong> counter, ulong purpose, out Vector256<ulong> c0, out Vector256<ulong> c1, out Vector256<ulong> c2, out Vector256<ulong> c3)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        (c0, c1, c2, c3) = (counter, counter >> 32, Vector256.Create(purpose), Vector256.Create(purpose >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            var p0 = Avx2.Multiply(Vector256.Create(Multiplier0), c0.AsUInt32());
            var p1 = Avx2.Multiply(Vector256.Create(Multiplier1), c2.AsUInt32());
            (c0, c1, c2, c3) = ((p1 >> 32) ^ c1 ^ Vector256.Create((ulong)k0), p1, (p0 >> 32) ^ c3 ^ Vector256.Create((ulong)k1), p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> low, Vector256<ulong> high, float* words) =>
        Vector256.ConvertToSingle((Vector256.Narrow(low, high) >> 8).AsInt32()).Store(words);
}
