using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Vae.Report.Tests.Charts;

public class PngTests
{
    [Fact]
    public void Pixels_come_back_and_checksums_hold()
    {
        byte[] pixels = [0, 10, 254, Png.Transparent, 7, 100];
        byte[] png = Png.Encode(pixels, 3, ColourMap.Grey);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks[System.Text.Encoding.ASCII.GetString(body[..4])] = body[4..].ToArray();
            at += length + 12;
        }
        Assert.Equal(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"], chunks.Keys);
        Assert.Equal((3, 2), (BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]), BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4))));
        using var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        Assert.Equal([0, 0, 10, 254, 0, Png.Transparent, 7, 100], raw.ToArray());
    }

    [Fact]
    public void What_is_not_finite_is_not_there() =>
        Assert.Equal([0, 254, 127, Png.Transparent, Png.Transparent], new[] { -5, 9, 2, double.NaN, double.NegativeInfinity }.Select(v => Png.Level(v, 0, 4)));

    // Bit by bit, apart from the table that is tested.
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}
