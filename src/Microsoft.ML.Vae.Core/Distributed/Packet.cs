using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Vae.Core;

/// <summary>What travels between coordinator and workers, and rests in a store: a kind, a JSON header, float and double buffers, and a checksum against accidents.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Header">JSON text.</param>
/// <param name="Floats">Float buffers in order.</param>
/// <param name="Doubles">Double buffers in order.</param>
/// <param name="Attachment">Bytes of another format, such as a model's; null: none.</param>
internal sealed record Packet(string Kind, string Header, IReadOnlyList<float[]> Floats, IReadOnlyList<double[]> Doubles, byte[]? Attachment = null)
{
    private static ReadOnlySpan<byte> Signature => "MLVP\x1\0\0\0"u8;

    /// <summary>About how many bytes the message has.</summary>
    public int Length => Signature.Length + Header.Length + (sizeof(float) * Floats.Sum(b => b.Length + 1)) + (sizeof(double) * Doubles.Sum(b => b.Length + 1)) + (Attachment?.Length ?? 0) + 64;

    public byte[] ToBytes()
    {
        using var memory = new MemoryStream(Length);
        memory.Write(Signature);
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Kind);
            writer.Write(Header);
            writer.Write(Floats.Count);
            foreach (float[] buffer in Floats) Write<float>(writer, buffer);
            writer.Write(Doubles.Count);
            foreach (double[] buffer in Doubles) Write<double>(writer, buffer);
            Write<byte>(writer, Attachment ?? []);
            writer.Flush();
            writer.Write(Checksum.Of(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        }
        return memory.ToArray();
    }

    /// <exception cref="FormatException">Not one of ours, damaged, or its parts do not fit.</exception>
    public static Packet Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        int body = bytes.Length - sizeof(ulong);
        if (body < Signature.Length || !bytes.AsSpan().StartsWith(Signature)) throw new FormatException("This is no message of a distributed job of this version.");
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(body)) != Checksum.Of(bytes.AsSpan(0, body))) throw new FormatException("The message of a distributed job is damaged: its checksum does not match.");
        return FileContent.Build("The message of a distributed job cannot be read", () =>
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, Signature.Length, body - Signature.Length), Encoding.UTF8);
            string kind = reader.ReadString(), header = reader.ReadString();
            var floats = new float[reader.ReadInt32()][];
            for (int i = 0; i < floats.Length; i++) floats[i] = Read<float>(reader);
            var doubles = new double[reader.ReadInt32()][];
            for (int i = 0; i < doubles.Length; i++) doubles[i] = Read<double>(reader);
            byte[] attachment = Read<byte>(reader);
            return new Packet(kind, header, floats, doubles, attachment.Length > 0 ? attachment : null);
        });
    }

    private static void Write<T>(BinaryWriter writer, T[] buffer) where T : unmanaged
    {
        writer.Write(buffer.Length);
        writer.Write(MemoryMarshal.AsBytes<T>(buffer));
    }

    private static T[] Read<T>(BinaryReader reader) where T : unmanaged
    {
        var buffer = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(buffer.AsSpan()));
        return buffer;
    }
}
