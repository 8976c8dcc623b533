namespace Microsoft.ML.Vae.Core;

/// <summary>Bytes that rows may take in memory, all of a worker together.</summary>
internal sealed class MemoryGrant(long bytes)
{
    private long _left = bytes;

    public bool TryTake(long wanted)
    {
        if (Interlocked.Add(ref _left, -wanted) >= 0) return true;
        Return(wanted);
        return false;
    }

    public void Return(long taken) => Interlocked.Add(ref _left, taken);
}
