using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>Rasters as PNG: 8-bit palette, no interlacing, no filters.</summary>
/// <remarks>Portable Network Graphics specification, third edition; chunks IHDR, PLTE, tRNS, IDAT, IEND. Same pixels, same bytes on one runtime.</remarks>
internal static class Png
{
    /// <summary>Palette entry of pixels that are not there.</summary>
    public const byte Transparent = 255;

    /// <summary>Colours of a palette, the transparent one aside.</summary>
    public const int Levels = 255;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(TableEntry)];

    /// <summary>Encodes pixels, row by row from the top.</summary>
    /// <param name="pixels">Shares of <paramref name="map"/> in 0 to 254, or <see cref="Transparent"/>; [height, width].</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="map">Colours of the palette.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, ColourMap map)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], pixels.Length / width);
        (header[8], header[9]) = (8, 3);
        Chunk(png, "IHDR", header);
        Chunk(png, "PLTE", [.. Enumerable.Range(0, Levels).Select(i => map.At(i / (Levels - 1.0))).Append(default).SelectMany(c => new[] { c.Red, c.Green, c.Blue })]);
        Chunk(png, "tRNS", [.. Enumerable.Repeat((byte)255, Levels), 0]);
        Chunk(png, "IDAT", Compress(pixels, width));
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>The palette entry of a value between two ends; values that are not finite are not there.</summary>
    public static byte Level(double value, double low, double high) =>
        double.IsNaN(value) || double.IsInfinity(value) ? Transparent : (byte)Math.Round(Math.Clamp((value - low) / (high > low ? high - low : 1), 0, 1) * (Levels - 1));

    private static byte[] Compress(ReadOnlySpan<byte> pixels, int width)
    {
        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.SmallestSize))
            for (int from = 0; from < pixels.Length; from += width)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(from, width));
            }
        return buffer.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        png.Write(word);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc(body));
        png.Write(word);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data) crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint TableEntry(int index)
    {
        uint entry = (uint)index;
        for (int bit = 0; bit < 8; bit++) entry = (entry & 1) != 0 ? 0xEDB88320 ^ (entry >> 1) : entry >> 1;
        return entry;
    }
}
