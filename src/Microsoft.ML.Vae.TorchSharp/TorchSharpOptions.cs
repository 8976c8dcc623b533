namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Where tensors live and are computed.</summary>
public enum TorchDevice
{
    /// <summary>The processor. Package TorchSharp-cpu.</summary>
    Cpu,

    /// <summary>A graphics card of NVIDIA. Package TorchSharp-cuda-linux or TorchSharp-cuda-windows.</summary>
    Cuda,

    /// <summary>The graphics part of an Apple M processor. Package TorchSharp-cpu.</summary>
    Mps,
}

/// <summary>What the engine must know beside <see cref="Core.EngineSettings"/>. Immutable.</summary>
public sealed record TorchSharpOptions
{
    /// <summary>Processor: there is one everywhere.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Which graphics card, from 0. Where there is one, it is the first; ignored for other devices.</summary>
    public int DeviceIndex { get; init; }
}
