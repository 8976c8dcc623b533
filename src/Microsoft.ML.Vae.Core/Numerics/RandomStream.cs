namespace Microsoft.ML.Vae.Core;

/// <summary>A counter-based, splittable source of random numbers (Philox4x32-10, Salmon et al. 2011).</summary>
/// <remarks>A pure value: the same stream always yields the same numbers at the same index, on any number of threads.
/// Nothing is consumed, so a resumed training draws exactly what an uninterrupted one would have drawn.</remarks>
/// <param name="Key">Identifies the stream.</param>
public readonly record struct RandomStream(ulong Key)
{
    // Second halves of the counters: what is drawn for one purpose is never drawn for another.
    private const ulong SplitPurpose = 0x53504C4954, UniformPurpose = 1, NormalPurpose = 2;

    /// <summary>The stream that belongs to a user's seed.</summary>
    public static RandomStream FromSeed(int seed) => new RandomStream(0x6D6C766165UL).Split((uint)seed);

    /// <summary>An independent child stream.</summary>
    public RandomStream Split(ulong child)
    {
        var (a, b, _, _) = Philox.Words(Key, child, SplitPurpose);
        return new RandomStream(((ulong)a << 32) | b);
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double Uniform(long index)
    {
        var (a, b, _, _) = Philox.Words(Key, (ulong)index, UniformPurpose);
        return ((((ulong)a << 32) | b) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Fills <paramref name="destination"/> with independent standard normals (Box–Muller), counted from zero; the same bits on every machine.</summary>
    public void Normals(Span<float> destination)
    {
        if (Lanes512.IsSupported)
            NormalDeviates<Lanes512>.Fill(Key, NormalPurpose, destination);
        else if (Lanes256.IsSupported)
            NormalDeviates<Lanes256>.Fill(Key, NormalPurpose, destination);
        else
            NormalDeviates<Lanes128>.Fill(Key, NormalPurpose, destination);
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
}
