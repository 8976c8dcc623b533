using BenchmarkDotNet.Attributes;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>The noise of one batch.</summary>
public class NormalsBenchmarks
{
    private readonly float[] _noise = new float[3072];
    private readonly RandomStream _stream = RandomStream.FromSeed(1);

    [Benchmark]
    public void Normals() => _stream.Normals(_noise);
}
