using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>JSON has no NaN: null is a missing value.</summary>
internal sealed class MissingAsNull : JsonConverter<float>
{
    public override bool HandleNull => true;

    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => float.NaN,
        JsonTokenType.Number => reader.GetSingle(),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
    {
        if (float.IsNaN(value)) writer.WriteNullValue();
        else writer.WriteNumberValue(value);
    }
}
