using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Vae.Core;

/// <summary>Tells row sources apart cheaply: a hash of the number of rows and features, and of the first rows in stored order.</summary>
/// <remarks>Scaled rows depend on all others by their scaling, so that a change further down shows in the first ones too.</remarks>
internal static class RowsFingerprint
{
    private const int Rows = 256;

    /// <summary>16 hexadecimal digits.</summary>
    public static string Of(IRowSource rows)
    {
        var (features, weights) = (new float[Rows * rows.FeatureCount], new float[Rows]);
        int filled = 0;
        using (var reader = rows.Read(null))
            for (int count; filled < Rows && (count = reader.Read(features.AsSpan(filled * rows.FeatureCount), weights.AsSpan(filled))) > 0;) filled += count;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<long>([rows.Count ?? -1, rows.FeatureCount, filled]));
        hash.AppendData(MemoryMarshal.AsBytes(features.AsSpan(0, filled * rows.FeatureCount)));
        hash.AppendData(MemoryMarshal.AsBytes(weights.AsSpan(0, filled)));
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
