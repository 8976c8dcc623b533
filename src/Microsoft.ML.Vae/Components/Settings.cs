using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae;

/// <summary>Column names and options of a transformer inside its model stream: one JSON text and its checksum.</summary>
internal static class Settings
{
    // A tolerance may be infinite, which JSON numbers cannot say.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static void Write<T>(Stream stream, T settings)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        string json = JsonSerializer.Serialize(settings, Json);
        writer.Write(json);
        writer.Write(Checksum(json));
    }

    /// <exception cref="FormatException">The settings are damaged.</exception>
    public static T Read<T>(Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            string json = reader.ReadString();
            if (!Checksum(json).AsSpan().SequenceEqual(reader.ReadBytes(SHA256.HashSizeInBytes))) throw new InvalidDataException("their checksum does not match");
            return JsonSerializer.Deserialize<T>(json, Json)!;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidDataException or FormatException)
        {
            throw new FormatException($"The model file is damaged: the component's settings cannot be read ({e.Message}). Restore it from a copy, or train again.", e);
        }
    }

    private static byte[] Checksum(string json) => SHA256.HashData(Encoding.UTF8.GetBytes(json));
}
