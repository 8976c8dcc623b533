namespace Microsoft.ML.Vae.Core;

/// <summary>A counter-based, splittable source of random numbers (Philox4x32-10, Salmon et al. 2011).</summary>
/// <remarks>A pure value: the same stream always yields the same numbers at the same index, on any number of threads.
/// Nothing is consumed, so a resumed training draws exactly what an uninterrupted one would have drawn.</remarks>
/// <param name="Key">Identifies the stream.</param>
public readonly record struct RandomStream(ulong Key)
{
    /// <summary>The stream that belongs to a user's seed.</summary>
    public static RandomStream FromSeed(int seed) => new RandomStream(0x6D6C766165UL).Split((uint)seed);

    /// <summary>An independent child stream.</summary>
    public RandomStream Split(ulong child)
    {
        var (a, b, _, _) = Philox(child, 0x53504C4954UL);
        return new RandomStream(((ulong)a << 32) | b);
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double Uniform(long index)
    {
        var (a, b, _, _) = Philox((ulong)index, 1);
        return ((((ulong)a << 32) | b) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Fills <paramref name="destination"/> with independent standard normals (Box–Muller), counted from zero.</summary>
    public void Normals(Span<float> destination)
    {
        Span<float> block = stackalloc float[4];
        for (int i = 0; i < destination.Length; i += 4)
        {
            NormalBlock((ulong)(i / 4), block);
            block[..Math.Min(4, destination.Length - i)].CopyTo(destination[i..]);
        }
    }

    /// <summary>A uniformly random order of 0 … <paramref name="count"/>−1 (Fisher–Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)(Uniform(i) * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    private void NormalBlock(ulong counter, Span<float> block)
    {
        var (a, b, c, d) = Philox(counter, 2);
        BoxMuller(a, b, out block[0], out block[1]);
        BoxMuller(c, d, out block[2], out block[3]);
    }

    // 24 bits each; the half-step keeps the logarithm's argument above zero.
    private static void BoxMuller(uint a, uint b, out float cosine, out float sine)
    {
        const float Scale = 1f / (1 << 24);
        float radius = MathF.Sqrt(-2f * MathF.Log(((a >> 8) * Scale) + (0.5f * Scale)));
        var (sin, cos) = MathF.SinCos(2f * MathF.PI * ((b >> 8) * Scale));
        (cosine, sine) = (radius * cos, radius * sin);
    }

    /// <summary>The raw block function; the purpose fills the counter's upper half, so that kinds of draws never meet.</summary>
    internal (uint A, uint B, uint C, uint D) Philox(ulong counter, ulong purpose)
    {
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = (uint)purpose, c3 = (uint)(purpose >> 32);
        uint k0 = (uint)Key, k1 = (uint)(Key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return (c0, c1, c2, c3);
    }
}
