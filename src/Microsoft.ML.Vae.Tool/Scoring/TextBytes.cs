using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Text and numbers as bytes, with nothing in between. Numbers are the shortest that read back as they were.</summary>
internal static class TextBytes
{
    // The longest a number can be.
    private const int LongestNumber = 32;

    public static void Number<T>(this ArrayBufferWriter<byte> writer, T value) where T : IUtf8SpanFormattable
    {
        value.TryFormat(writer.GetSpan(LongestNumber), out int written, default, CultureInfo.InvariantCulture);
        writer.Advance(written);
    }

    public static void Byte(this ArrayBufferWriter<byte> writer, char c)
    {
        writer.GetSpan(1)[0] = (byte)c;
        writer.Advance(1);
    }

    public static void Text(this ArrayBufferWriter<byte> writer, string text) =>
        writer.Advance(Encoding.UTF8.GetBytes(text, writer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
