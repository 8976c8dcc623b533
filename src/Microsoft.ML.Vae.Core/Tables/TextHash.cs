namespace Microsoft.ML.Vae.Core;

/// <summary>A number for a text, the same on every machine: FNV-1a over its UTF-16 units, then mixed (Stafford's variant 13).</summary>
internal static class TextHash
{
    public static ulong Of(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = (hash ^ c) * 1099511628211;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
