using System.Buffers.Binary;
using System.Numerics;
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

    /// <summary>Bytes of the message.</summary>
    public int Length => checked(Signature.Length + TextLength(Kind) + TextLength(Header) + (3 * sizeof(int))
        + Floats.Sum(b => sizeof(int) + (sizeof(float) * b.Length)) + Doubles.Sum(b => sizeof(int) + (sizeof(double) * b.Length)) + (Attachment?.Length ?? 0) + sizeof(ulong));

    // In one buffer of its size: messages are megabytes, and made in every round.
    public byte[] ToBytes()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Length);
        using var writer = new BinaryWriter(new MemoryStream(bytes), Encoding.UTF8);
        writer.Write(Signature);
        writer.Write(Kind);
        writer.Write(Header);
        writer.Write(Floats.Count);
        foreach (float[] buffer in Floats) Write<float>(writer, buffer);
        writer.Write(Doubles.Count);
        foreach (double[] buffer in Doubles) Write<double>(writer, buffer);
        Write<byte>(writer, Attachment ?? []);
        writer.Write(Checksum.Of(bytes.AsSpan(0, bytes.Length - sizeof(ulong))));
        return bytes;
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
        var buffer = GC.AllocateUninitializedArray<T>(reader.ReadInt32());
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(buffer.AsSpan()));
        return buffer;
    }

    // The writer puts before a text its bytes' number, seven bits to the byte.
    private static int TextLength(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        return Math.Max(1, (BitOperations.Log2((uint)bytes) + 7) / 7) + bytes;
    }
}
