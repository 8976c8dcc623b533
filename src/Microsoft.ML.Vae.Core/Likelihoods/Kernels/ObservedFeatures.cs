using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>A factor per feature, zero in the padding; of a row with missing values a copy that is zero there, too.</summary>
internal sealed unsafe class ObservedFeatures<T> where T : unmanaged, ILanes<T>
{
    private readonly AlignedBuffer[] _masked;

    /// <param name="features">Number of features.</param>
    /// <param name="threads">Threads that may ask at once.</param>
    public ObservedFeatures(int features, int threads)
    {
        Columns = AlignedBuffer.Padded(features);
        Factors = new AlignedBuffer(Columns);
        _masked = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(Columns))];
    }

    /// <summary>Features with padding.</summary>
    public int Columns { get; }

    /// <summary>The factors of a complete row.</summary>
    public AlignedBuffer Factors { get; }

    /// <summary>The factors of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float* Of(float* observed, int thread)
    {
        if (observed == null) return Factors.Pointer;
        float* masked = _masked[thread].Pointer;
        for (nint i = 0; i < Columns; i += T.Count) T.Store(T.Load(Factors.Pointer + i) * T.Load(observed + i), masked + i);
        return masked;
    }
}
