using System.Buffers.Binary;
using System.Numerics;

namespace Microsoft.ML.Vae.Core;

/// <summary>A 64-bit checksum against accidents: of bytes, or of what came before and one more word. Not against forgers.</summary>
/// <remarks>Each step is a bijection of the state and of the word, so that a change within eight bytes is always seen. Four lanes, since a multiplication takes four cycles and one can start in each.</remarks>
internal static class Checksum
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    /// <summary>Joins one more word.</summary>
    public static ulong Join(ulong state, ulong word) => BitOperations.RotateLeft((state ^ word) * Odd, 29);

    /// <summary>Of some bytes; the same on every machine.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong a = 1, b = 2, c = 3, d = (ulong)bytes.Length;
        for (; bytes.Length >= 32; bytes = bytes[32..])
            (a, b, c, d) = (Join(a, Word(bytes)), Join(b, Word(bytes[8..])), Join(c, Word(bytes[16..])), Join(d, Word(bytes[24..])));
        for (; bytes.Length >= 8; bytes = bytes[8..]) a = Join(a, Word(bytes));
        ulong rest = 0;
        foreach (byte last in bytes) rest = (rest << 8) | last;
        b = Join(b, rest);
        return Join(Join(Join(Join(0, a), b), c), d);
    }

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
