namespace Microsoft.ML.Vae.Core.Tests.Numerics;

public class RandomStreamTests
{
    // Five standard errors: a wrong generator misses by far more, a right one at this fixed seed never.
    private const double StandardErrors = 5;

    /// <summary>The known answers that Random123 publishes for philox4x32-10 (Salmon et al. 2011, kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint a, uint b, uint c, uint d)
    {
        Assert.Equal((a, b, c, d), Philox.Words(Join(k0, k1), Join(c0, c1), Join(c2, c3)));
    }

    [Fact]
    public void Normals_have_the_moments_of_a_standard_normal()
    {
        const int Count = 400_000;
        var values = new float[Count];
        RandomStream.FromSeed(3).Normals(values);
        double first = values.Average(v => (double)v), second = values.Average(v => (double)v * v);
        double third = values.Average(v => Math.Pow(v, 3)), fourth = values.Average(v => Math.Pow(v, 4));
        Assert.InRange(first, -StandardErrors / Math.Sqrt(Count), StandardErrors / Math.Sqrt(Count));
        Assert.InRange(second - 1, -StandardErrors * Math.Sqrt(2.0 / Count), StandardErrors * Math.Sqrt(2.0 / Count));
        Assert.InRange(third, -StandardErrors * Math.Sqrt(15.0 / Count), StandardErrors * Math.Sqrt(15.0 / Count));
        Assert.InRange(fourth - 3, -StandardErrors * Math.Sqrt(96.0 / Count), StandardErrors * Math.Sqrt(96.0 / Count));
        Assert.All(values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Uniforms_fill_the_unit_interval_evenly()
    {
        const int Count = 100_000, Cells = 100;
        var stream = RandomStream.FromSeed(4);
        var counts = new int[Cells];
        for (int i = 0; i < Count; i++) counts[(int)(stream.Uniform(i) * Cells)]++;
        double chiSquare = counts.Sum(c => Math.Pow(c - (Count / Cells), 2) / (Count / Cells));
        Assert.InRange(chiSquare, Cells - 1 - (StandardErrors * Math.Sqrt(2.0 * Cells)), Cells - 1 + (StandardErrors * Math.Sqrt(2.0 * Cells)));
    }

    [Fact]
    public void Children_are_independent_of_each_other_and_of_their_parent()
    {
        const int Count = 50_000;
        var parent = RandomStream.FromSeed(5);
        RandomStream[] streams = [parent, parent.Split(0), parent.Split(1), parent.Split(0).Split(0), RandomStream.FromSeed(6)];
        float[][] draws = [.. streams.Select(s => Draw(s, Count))];
        for (int i = 0; i < draws.Length; i++)
            for (int j = 0; j < i; j++)
            {
                double correlation = draws[i].Zip(draws[j], (a, b) => (double)a * b).Average();
                Assert.InRange(correlation, -StandardErrors / Math.Sqrt(Count), StandardErrors / Math.Sqrt(Count));
            }
    }

    [Fact]
    public void Children_never_collide()
    {
        var root = RandomStream.FromSeed(7);
        Assert.Equal(20_000, Enumerable.Range(0, 20_000).Select(i => root.Split((ulong)i).Key).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Permutation_holds_every_index_once(int count) =>
        Assert.Equal(Enumerable.Range(0, count), RandomStream.FromSeed(8).Permutation(count).Order());

    [Fact]
    public void Every_order_of_three_is_equally_likely()
    {
        const int Count = 60_000;
        var root = RandomStream.FromSeed(9);
        var counts = Enumerable.Range(0, Count).GroupBy(i => string.Concat(root.Split((ulong)i).Permutation(3))).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(6, counts.Count);
        double deviation = Math.Sqrt(Count * (1.0 / 6) * (5.0 / 6));
        Assert.All(counts.Values, c => Assert.InRange(c, (Count / 6) - (StandardErrors * deviation), (Count / 6) + (StandardErrors * deviation)));
    }

    [Fact]
    public void A_stream_is_a_value_that_no_draw_consumes()
    {
        var stream = RandomStream.FromSeed(10);
        float[] first = Draw(stream, 13);
        _ = stream.Uniform(99);
        _ = stream.Permutation(5);
        Assert.Equal(first, Draw(stream, 13));
        Assert.Equal(first, Draw(stream, 50)[..13]);
        double[] forwards = [.. Enumerable.Range(0, 20).Select(i => stream.Uniform(i))];
        double[] backwards = [.. Enumerable.Range(0, 20).Reverse().Select(i => stream.Uniform(i)).Reverse()];
        Assert.Equal(forwards, backwards);
    }

    private static ulong Join(uint low, uint high) => ((ulong)high << 32) | low;

    private static float[] Draw(RandomStream stream, int count)
    {
        var values = new float[count];
        stream.Normals(values);
        return values;
    }
}
