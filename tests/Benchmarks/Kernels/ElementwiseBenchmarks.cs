using BenchmarkDotNet.Attributes;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Activations and normals of 4096 elements: the plain loop beside the vectors.</summary>
public unsafe class ElementwiseBenchmarks
{
    private const int Count = 4096;

    private readonly AlignedBuffer _values = new(Count);

    [Params(Activation.Tanh, Activation.Relu, Activation.Softplus, Activation.Sigmoid)]
    public Activation Function { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Count; i++) _values.Span[i] = (i % 200 - 100) * 0.03f;
    }

    [Benchmark(Baseline = true)]
    public void Plain() => Function.Apply(_values.Span);

    [Benchmark]
    public void Vectors()
    {
        if (Lanes512.IsSupported)
            Elementwise<Lanes512>.Activate(Function, _values.Pointer, Count);
        else if (Lanes256.IsSupported)
            Elementwise<Lanes256>.Activate(Function, _values.Pointer, Count);
        else
            Elementwise<Lanes128>.Activate(Function, _values.Pointer, Count);
    }
}
