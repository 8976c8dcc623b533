using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>From bytes to numbers that a model can take, or a rejection that says what is wrong, and where.</summary>
internal static class RequestReader
{
    // Strict: a misspelt or repeated name, a number in quotes or a null in place of a row is a mistake worth telling.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
#if NET10_0_OR_GREATER
        AllowDuplicateProperties = false,
#endif
        NumberHandling = JsonNumberHandling.Strict,
#if NET9_0_OR_GREATER
        RespectNullableAnnotations = true,
#endif
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new MissingAsNull() },
    };

    public static async Task<T> ReadAsync<T>(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            throw new RejectedRequestException(StatusCodes.Status415UnsupportedMediaType, null, $"Expected Content-Type application/json, got '{request.ContentType}'.");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Json, request.HttpContext.RequestAborted).ConfigureAwait(false) ?? throw Rejected("", "Expected a JSON object, got null.");
        }
        catch (JsonException e)
        {
            throw Rejected(Pointer(e.Path), e.Message);
        }
        catch (BadHttpRequestException e)
        {
            throw new RejectedRequestException(e.StatusCode, null, e.Message);
        }
    }

    public static void CheckRow(float[] features, ServedDetector model, string pointer)
    {
        if (features is null) throw Rejected(pointer, $"Expected {model.FeatureCount} numbers, got null.");
        if (features.Length != model.FeatureCount) throw Rejected(pointer, $"Expected {model.FeatureCount} numbers (see /model), got {features.Length}.");
        // JSON has no infinity, but a number too large for Single becomes one.
        int bad = Array.FindIndex(features, float.IsInfinity), missing = Array.FindIndex(features, float.IsNaN);
        if (bad >= 0) throw Rejected($"{pointer}/{bad}", "Expected a finite number of at most 3.4e38, got one beyond.");
        if (missing >= 0 && model.Detector.Vae.Missing is null) throw Rejected($"{pointer}/{missing}", "Expected a number, got null: this model takes no missing values.");
        if (Array.TrueForAll(features, float.IsNaN)) throw Rejected(pointer, "Expected at least one number, got null alone: nothing can be said of such a row.");
    }

    public static void CheckRows(float[][] rows, ServedDetector model, int maximum)
    {
        // Older runtimes let null pass.
        if (rows is null) throw Rejected("/rows", "Expected rows, got null.");
        if (rows.Length == 0) throw Rejected("/rows", "Expected at least one row, got none.");
        if (rows.Length > maximum) throw new RejectedRequestException(StatusCodes.Status413PayloadTooLarge, "/rows", $"Expected at most {maximum} rows, got {rows.Length}: send them in parts.");
        for (int r = 0; r < rows.Length; r++) CheckRow(rows[r], model, $"/rows/{r}");
    }

    private static RejectedRequestException Rejected(string pointer, string detail) => new(StatusCodes.Status400BadRequest, pointer, detail);

    // $.rows[3][1] → /rows/3/1
    private static string Pointer(string? path) => (path ?? "$").TrimStart('$').Replace('.', '/').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
}
