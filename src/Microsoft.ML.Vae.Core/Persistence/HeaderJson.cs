using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae.Core;

/// <summary>JSON settings shared by all headers.</summary>
internal static class HeaderJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(), new BoundConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="FormatException">The header cannot be read.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new FormatException("The file's header is empty.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"The file's header cannot be read: {e.Message}", e);
        }
    }

    // A bound has no public constructor; version 1 of our files named two of them.
    private sealed class BoundConverter : JsonConverter<Bound>
    {
        public override Bound Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = JsonSerializer.Deserialize<Parts>(ref reader, options)!;
            return Bound.Of(parts.Alpha, parts.Draws, parts.IsSplit);
        }

        public override void Write(Utf8JsonWriter writer, Bound value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Parts(value.Alpha, value.Draws, value.IsSplit), options);

        private sealed record Parts(double Alpha, int Draws, bool IsSplit);
    }
}
