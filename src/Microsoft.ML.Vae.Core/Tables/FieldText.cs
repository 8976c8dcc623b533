using System.Globalization;

namespace Microsoft.ML.Vae.Core;

/// <summary>What a field of a text file says.</summary>
internal static class FieldText
{
    private static readonly HashSet<string> MissingMarks = new(["", "?", "NA", "N/A", "NaN", "nan", "null", "NULL"], StringComparer.Ordinal);

    private static readonly string[] DateFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "yyyy/MM/dd", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "M/d/yyyy", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss"];

    /// <summary>Whether there is no value.</summary>
    public static bool IsMissing(string field) => MissingMarks.Contains(field);

    /// <summary>Reads a number with a decimal point, or with a comma where that does not separate fields.</summary>
    public static bool TryNumber(string field, char separator, out float number) =>
        float.TryParse(separator != ',' && HasComma(field) && !field.Contains('.', StringComparison.Ordinal) ? field.Replace(',', '.') : field, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>Whether a number may have a decimal comma.</summary>
    public static bool HasComma(string field) => field.Contains(',', StringComparison.Ordinal);

    /// <summary>Reads a date; one that names no zone is taken as it stands.</summary>
    public static bool TryDate(string field, out DateTime date) =>
        DateTime.TryParseExact(field, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out date);
}
