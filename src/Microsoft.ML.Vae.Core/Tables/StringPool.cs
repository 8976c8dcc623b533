namespace Microsoft.ML.Vae.Core;

/// <summary>One string for equal texts, as far as a fixed number of places reaches: a later text takes the place of an earlier one.</summary>
internal sealed class StringPool
{
    private const int Places = 1 << 15;

    private readonly string?[] _strings = new string?[Places];

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return "";
        ref string? place = ref _strings[(uint)string.GetHashCode(text) % Places];
        if (place is null || !text.SequenceEqual(place)) place = text.ToString();
        return place;
    }
}
