using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Microsoft.ML.Vae.Core;

/// <summary>JSON settings shared by all headers.</summary>
internal static class HeaderJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false), new BoundConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Require } },
    };

    private static readonly JsonSerializerOptions Whole = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="FormatException">The header cannot be read, or a member is missing, doubled or null.</exception>
    public static T Read<T>(string json) => Read<T>(json, Options);

    /// <summary>Reads what no member of may be left out, such as the options of a job: a newer version may have written one that is unknown here.</summary>
    /// <exception cref="FormatException">The header cannot be read, or a member is unknown, missing, doubled or null.</exception>
    public static T ReadWhole<T>(string json) => Read<T>(json, Whole);

    private static T Read<T>(string json, JsonSerializerOptions options) => FileContent.Build("The file's header cannot be read", () =>
    {
        Check(json);
        return JsonSerializer.Deserialize<T>(json, options)!;
    });

    // A number that is missing would else be 0.
    private static void Require(JsonTypeInfo type)
    {
        var parameters = type.Type.GetConstructors() is [var constructor] ? constructor.GetParameters() : [];
        foreach (var property in type.Properties)
            if (parameters.Any(p => p.Name == property.Name && !p.HasDefaultValue && Nullable.GetUnderlyingType(p.ParameterType) is null)) property.IsRequired = true;
    }

    // Of two members with one name the last would win, and null would pass for any text or list; we write neither.
    private static void Check(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var objects = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject) objects.Push([]);
            else if (reader.TokenType == JsonTokenType.EndObject) objects.Pop();
            else if (reader.TokenType == JsonTokenType.Null) throw new JsonException($"A member is null; what there is not is left out. It ends at byte {reader.BytesConsumed}.");
            else if (reader.TokenType == JsonTokenType.PropertyName && !objects.Peek().Add(reader.GetString()!)) throw new JsonException($"The member '{reader.GetString()}' is there twice.");
        }
    }

    // A bound has no public constructor.
    private sealed class BoundConverter : JsonConverter<Bound>
    {
        public override Bound Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = JsonSerializer.Deserialize<Parts>(ref reader, options)!;
            return new Bound(parts.Alpha, parts.Draws, parts.IsSplit);
        }

        public override void Write(Utf8JsonWriter writer, Bound value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Parts(value.Alpha, value.Draws, value.IsSplit), options);

        private sealed record Parts(double Alpha, int Draws, bool IsSplit);
    }
}
