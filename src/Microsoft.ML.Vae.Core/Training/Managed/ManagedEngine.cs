namespace Microsoft.ML.Vae.Core;

/// <summary>The fast engine: no native code, no allocation in a step, the same bits on any number of threads.</summary>
/// <remarks>
/// A step has two phases, with one barrier after each. First, chunks of rows: forward, loss, all deltas. Then, blocks of weights:
/// gradient over the whole batch in the first-level cache, Adam, and the transpose that the next backward pass needs. A batch whose
/// activations outgrow the second-level cache goes slice by slice, adding up its gradient.
/// Written once over the register width; this picks the widest that the machine has. Tested against <see cref="PlainEngine"/>.
/// </remarks>
public static class ManagedEngine
{
    /// <summary>Makes managed engines.</summary>
    public static ITrainingEngineFactory Factory { get; } = new ManagedFactory();

    private sealed class ManagedFactory : ITrainingEngineFactory
    {
        public string Name => "managed";

        public ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings) =>
            Lanes512.IsSupported ? new ManagedEngine<Lanes512>(architecture, initial, settings)
            : Lanes256.IsSupported ? new ManagedEngine<Lanes256>(architecture, initial, settings)
            : new ManagedEngine<Lanes128>(architecture, initial, settings);
    }
}
