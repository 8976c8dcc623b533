using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Vae.Core;

/// <summary>The container of all our files: signature, kind, version, a JSON header, float buffers, and a checksum over it all. Holds no code.</summary>
/// <param name="Kind">What the file is, e.g. "model".</param>
/// <param name="Header">JSON text.</param>
/// <param name="Buffers">Float buffers in order.</param>
internal sealed record SectionFile(string Kind, string Header, IReadOnlyList<float[]> Buffers)
{
    /// <summary>The version this code writes, the newest it reads. 2: networks of any layers, priors, bounds; a detector's VAE beside it, not within its header.</summary>
    public const int Version = 2;

    // The line ends catch a transfer in text mode, as PNG's signature does.
    private static readonly byte[] Signature = "MLVAE\r\n\x1a"u8.ToArray();

    public void Write(Stream stream)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Signature);
            writer.Write(Version);
            writer.Write(Kind);
            writer.Write(Header);
            writer.Write(Buffers.Count);
            foreach (float[] buffer in Buffers) WriteBuffer(writer, buffer);
        }
        stream.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        stream.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
    }

    /// <summary>Reads a file and builds what it holds; a sound file whose parts are missing or do not fit is refused like a damaged one.</summary>
    /// <exception cref="FormatException">Not one of our files, damaged, of a newer version, of another kind, or its parts do not fit.</exception>
    public static T Read<T>(Stream stream, string kind, Func<SectionFile, T> build)
    {
        var bytes = FileContent.Bytes(stream);
        return FileContent.Build($"The parts of the {kind} file do not fit each other", () => build(Read(bytes, kind)));
    }

    private static SectionFile Read(ArraySegment<byte> bytes, string kind)
    {
        int start = Signature.Length + sizeof(int);
        if (bytes.Count < start || !bytes.AsSpan().StartsWith(Signature))
            throw new FormatException("This is not a file of MLVae: its signature is missing.");
        int version = BitConverter.ToInt32(bytes[Signature.Length..]);
        if (version is < 1 or > Version)
            throw new FormatException($"The file has format version {version}; this library reads versions 1 to {Version}. Use a newer MLVae.");
        int body = bytes.Count - SHA256.HashSizeInBytes;
        if (body < start || !SHA256.HashData(bytes[..body]).AsSpan().SequenceEqual(bytes[body..]))
            throw new FormatException("The file is damaged or truncated: its checksum does not match. Restore it from a copy, or train again.");
        using var reader = new BinaryReader(new MemoryStream(bytes.Array!, start, body - start), Encoding.UTF8);
        string found = reader.ReadString();
        if (found != kind) throw new FormatException($"Expected a file of kind '{kind}', got '{found}'.");
        string header = reader.ReadString();
        var buffers = new float[Count(reader, sizeof(int))][];
        for (int i = 0; i < buffers.Length; i++) buffers[i] = ReadBuffer(reader);
        if (reader.BaseStream.Position < reader.BaseStream.Length) throw new FormatException("The file goes on after its last part: it is damaged or forged.");
        return new SectionFile(found, header, buffers);
    }

    private static void WriteBuffer(BinaryWriter writer, float[] buffer)
    {
        writer.Write(buffer.Length);
        foreach (float value in buffer) writer.Write(value);
    }

    private static float[] ReadBuffer(BinaryReader reader)
    {
        var buffer = new float[Count(reader, sizeof(float))];
        for (int i = 0; i < buffer.Length; i++) buffer[i] = reader.ReadSingle();
        return buffer;
    }

    // A forged count must not reserve memory: there are no more items than bytes left for them.
    private static int Count(BinaryReader reader, int itemBytes)
    {
        int count = reader.ReadInt32();
        long left = (reader.BaseStream.Length - reader.BaseStream.Position) / itemBytes;
        return count >= 0 && count <= left ? count : throw new FormatException($"The file claims {count} items where there is room for {left}: it is damaged or forged.");
    }
}
