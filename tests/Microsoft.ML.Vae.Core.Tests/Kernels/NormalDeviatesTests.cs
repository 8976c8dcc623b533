namespace Microsoft.ML.Vae.Core.Tests.Kernels;

public sealed class NormalDeviatesTests
{
    private const ulong Key = 0x0123456789ABCDEF, Purpose = 2;

    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Every_path_draws_the_same_bits(VectorPath path) => path.Run(new SameBits());

    [Fact]
    public void They_are_the_box_muller_transform_of_philox()
    {
        var normals = new float[64];
        NormalDeviates<Lanes128>.Fill(Key, Purpose, normals);
        for (int i = 0; i < Philox.Group; i++)
        {
            var (a, b, c, d) = Philox.Words(Key, (ulong)i, Purpose);
            AssertPair(a, b, normals[i], normals[16 + i]);
            AssertPair(c, d, normals[32 + i], normals[48 + i]);
        }
    }

    private static void AssertPair(uint a, uint b, float cosine, float sine)
    {
        double radius = Math.Sqrt(-2 * Math.Log(((a >> 8) + 0.5) / (1 << 24))), angle = 2 * Math.PI * (b >> 8) / (1 << 24);
        Assert.Equal(radius * Math.Cos(angle), cosine, 3e-6);
        Assert.Equal(radius * Math.Sin(angle), sine, 3e-6);
    }

    private sealed class SameBits : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            var expected = new float[1000];
            NormalDeviates<Lanes128>.Fill(Key, Purpose, expected);
            foreach (int count in new[] { 1, 63, 64, 65, 1000 })
            {
                var actual = new float[count];
                NormalDeviates<T>.Fill(Key, Purpose, actual);
                Assert.Equal(expected[..count], actual);
            }
        }
    }
}
