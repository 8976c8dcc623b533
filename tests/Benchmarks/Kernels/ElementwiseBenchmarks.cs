using BenchmarkDotNet.Attributes;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Activations and normals of 4096 elements: the plain loop beside the vectors.</summary>
public unsafe class ElementwiseBenchmarks
{
    private const int Count = 4096;

    private readonly AlignedBuffer _values = new(Count);

    [Params(Activation.Tanh, Activation.Relu, Activation.Softplus, Activation.Sigmoid, Activation.Elu, Activation.Silu, Activation.Gelu)]
    public Activation Function { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Count; i++) _values.Span[i] = ((i % 200) - 100) * 0.03f;
    }

    [Benchmark(Baseline = true)]
    public void Plain()
    {
        foreach (ref float value in _values.Span) value = (float)Function.Value(value);
    }

    [Benchmark]
    public void Vectors()
    {
        float* values = _values.Pointer;
        if (Lanes512.IsSupported)
            ActivationFunctions<Lanes512>.Forward(Function)(values, values, Count);
        else if (Lanes256.IsSupported)
            ActivationFunctions<Lanes256>.Forward(Function)(values, values, Count);
        else
            ActivationFunctions<Lanes128>.Forward(Function)(values, values, Count);
    }
}
