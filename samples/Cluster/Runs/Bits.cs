using System.Security.Cryptography;

/// <summary>A fingerprint of all that a job made.</summary>
internal static class Bits
{
    /// <summary>Of a detector and files.</summary>
    public static byte[] Of(AnomalyModel model, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var memory = new MemoryStream();
        AnomalyModelFile.Save(model, memory);
        hash.AppendData(memory.ToArray());
        foreach (string file in files) hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        return hash.GetHashAndReset();
    }
}
