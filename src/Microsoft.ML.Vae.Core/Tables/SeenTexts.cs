using System.Numerics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Tells in fixed memory whether a text was seen: always yes of one that was, rarely of one that was not (Bloom 1970).</summary>
internal sealed class SeenTexts
{
    // 2²⁰ bits tell 100,000 texts apart at one false answer in a hundred.
    private const int FullBytes = 1 << 17, LeastBytes = 8, Probes = 4;

    // The share of bits set up to which a filter is folded: .3⁴ are .8 % of false answers.
    private const double FoldedShare = 0.3;

    private readonly byte[] _bits;

    public SeenTexts() : this(new byte[FullBytes]) { }

    private SeenTexts(byte[] bits) => _bits = bits;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is no filter.</exception>
    public static SeenTexts Parse(string text)
    {
        byte[] bits = Convert.FromBase64String(text);
        return bits.Length >= LeastBytes && BitOperations.IsPow2(bits.Length) ? new SeenTexts(bits) : throw new FormatException($"A filter of seen texts cannot have {bits.Length} bytes.");
    }

    public void Add(string text)
    {
        var (at, step) = Places(text);
        for (int k = 0; k < Probes; k++, at += step) _bits[Byte(at)] |= (byte)(1 << (int)(at & 7));
    }

    public bool Contains(string text)
    {
        var (at, step) = Places(text);
        for (int k = 0; k < Probes; k++, at += step)
            if ((_bits[Byte(at)] & (1 << (int)(at & 7))) == 0) return false;
        return true;
    }

    /// <summary>The filter as text, folded in half as often as it stays sparse.</summary>
    public override string ToString()
    {
        byte[] bits = _bits;
        while (bits.Length > LeastBytes)
        {
            byte[] folded = [.. bits.Take(bits.Length / 2).Zip(bits.Skip(bits.Length / 2), (a, b) => (byte)(a | b))];
            if (folded.Sum(b => BitOperations.PopCount(b)) > FoldedShare * 8 * folded.Length) break;
            bits = folded;
        }
        return Convert.ToBase64String(bits);
    }

    private static (uint At, uint Step) Places(string text)
    {
        ulong hash = TextHash.Of(text);
        return ((uint)hash, (uint)(hash >> 32) | 1);
    }

    // Folding adds the halves: the low bits of a place say where it is in any size.
    private int Byte(uint at) => (int)((at >> 3) & (uint)(_bits.Length - 1));
}
