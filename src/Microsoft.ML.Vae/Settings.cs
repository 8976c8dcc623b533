using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Vae;

/// <summary>Column names and options of a transformer inside its model stream: a length and one JSON text.</summary>
internal static class Settings
{
    public static void Write<T>(Stream stream, T settings)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(JsonSerializer.Serialize(settings));
    }

    /// <exception cref="FormatException">The settings cannot be read.</exception>
    public static T Read<T>(Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            return JsonSerializer.Deserialize<T>(reader.ReadString()) ?? throw new FormatException("The component's settings are empty.");
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or IOException)
        {
            throw new FormatException($"The model file is damaged: the component's settings cannot be read ({e.Message}).", e);
        }
    }
}
