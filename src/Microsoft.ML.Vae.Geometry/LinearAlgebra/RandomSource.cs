namespace Microsoft.ML.Vae.Geometry;

/// <summary>SplitMix64: a small, fast generator whose numbers depend on its seed alone, on every platform.</summary>
/// <remarks>Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators.</remarks>
internal struct RandomSource(ulong seed)
{
    private ulong _state = Mix(seed);

    /// <summary>Uniform in (0, 1).</summary>
    public double NextUniform()
    {
        _state += 0x9E3779B97F4A7C15;
        return ((Mix(_state) >> 11) + 0.5) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal, by Box and Muller; the second of each pair is dropped for simplicity.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(NextUniform())) * Math.Cos(2 * Math.PI * NextUniform());

    /// <summary>Uniform in 0 … n − 1.</summary>
    public int NextInt(int n) => Math.Min(n - 1, (int)(NextUniform() * n));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
