namespace Microsoft.ML.Vae.Core;

/// <summary>Parameters with Adam's moments, and, where a step needs it whole, their gradient; all in one packing.</summary>
internal sealed class TrainedBuffer(int length)
{
    private readonly Lazy<AlignedBuffer> _gradient = new(() => new AlignedBuffer(length));

    public int Length => length;

    public AlignedBuffer Values { get; } = new(length);

    public AlignedBuffer FirstMoment { get; } = new(length);

    public AlignedBuffer SecondMoment { get; } = new(length);

    /// <summary>Made on first use: a step without clipping never stores a gradient.</summary>
    public AlignedBuffer Gradient => _gradient.Value;
}
