using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Packed products of the workloads' layers, packing included.</summary>
public class ProductBenchmarks
{
    private ProductBench _product = null!;

    [Params("50x128x16", "64x121x60", "100x784x200", "100x200x784", "512x512x512")]
    public string RowsColumnsSteps { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        int[] shape = [.. RowsColumnsSteps.Split('x').Select(int.Parse)];
        _product = ProductBench.Create(shape[0], shape[1], shape[2]);
    }

    [Benchmark]
    public void Multiply() => _product.Run();
}
