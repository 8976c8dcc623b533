using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Tells row sources apart: a checksum of every row and its weight, in stored order.</summary>
internal sealed class RowsFingerprint : IRowObserver
{
    // Fingerprints without it are older ones, of a source's first rows alone.
    private const string Mark = "all:";

    private ulong _state;

    /// <summary>Number of rows seen.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether a recorded fingerprint is known to belong to other rows; one that was made in another way tells nothing.</summary>
    public static bool Differ(string recorded, string present) => recorded.StartsWith(Mark, StringComparison.Ordinal) && recorded != present;

    /// <summary>Reads all rows once.</summary>
    public static RowsFingerprint Of(IRowSource rows, Action? throwIfStopped = null)
    {
        var fingerprint = new RowsFingerprint();
        RowPass.Run(rows, throwIfStopped, fingerprint);
        return fingerprint;
    }

    public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        Rows += weights.Length;
        if (weights.IsEmpty) return;
        int m = features.Length / weights.Length;
        for (int r = 0; r < weights.Length; r++)
        {
            _state = Checksum.Join(_state, Checksum.Of(MemoryMarshal.AsBytes(features.Slice(r * m, m))));
            _state = Checksum.Join(_state, BitConverter.SingleToUInt32Bits(weights[r]));
        }
    }

    /// <summary>Of the rows as they were read.</summary>
    public override string ToString() => Text(_state);

    /// <summary>Of the rows after a scaling, which another choice of scaling changes.</summary>
    public string Scaled(FeatureScaling scaling, ReadOnlySpan<bool> isUnit)
    {
        ulong state = Checksum.Join(_state, Checksum.Of(MemoryMarshal.AsBytes(isUnit)));
        state = Checksum.Join(state, Checksum.Of(MemoryMarshal.AsBytes(scaling.Offsets)));
        return Text(Checksum.Join(state, Checksum.Of(MemoryMarshal.AsBytes(scaling.Factors))));
    }

    private string Text(ulong state) => $"{Mark}{Checksum.Join(state, (ulong)Rows):X16}";
}
