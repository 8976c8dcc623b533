namespace Microsoft.ML.Vae.Core;

/// <summary>Parameters, and what training keeps beside them in the same packing, each made on first use: inference needs no moments,
/// a step without clipping no gradient.</summary>
internal sealed class TrainedBuffer(int length)
{
    private readonly Lazy<AlignedBuffer> _first = new(() => new AlignedBuffer(length));
    private readonly Lazy<AlignedBuffer> _second = new(() => new AlignedBuffer(length));
    private readonly Lazy<AlignedBuffer> _gradient = new(() => new AlignedBuffer(length));

    public int Length => length;

    public AlignedBuffer Values { get; } = new(length);

    /// <summary>Adam's mean gradient.</summary>
    public AlignedBuffer FirstMoment => _first.Value;

    /// <summary>Adam's mean squared gradient.</summary>
    public AlignedBuffer SecondMoment => _second.Value;

    public AlignedBuffer Gradient => _gradient.Value;
}
