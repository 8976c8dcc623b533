using System.Globalization;
using Microsoft.ML.Vae.Core;

/// <summary>How a column of text becomes features: as a number, as a category, or as what a date holds.</summary>
internal enum SourceKind
{
    /// <summary>One feature.</summary>
    Number,

    /// <summary>A feature per category.</summary>
    Category,

    /// <summary>Days since the first date, weekday, and hour where there are times.</summary>
    Date,

    /// <summary>Whether the field is missing, where that may itself be the anomaly.</summary>
    Gap,
}

/// <summary>A column of the file, with all that encoding a field of it needs. Learnt from training rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its place in the file.</param>
/// <param name="Kind">How it is encoded.</param>
/// <param name="Categories">Those with a feature of their own, most frequent first; then, perhaps, <see cref="Rare"/>.</param>
/// <param name="First">First date.</param>
/// <param name="HasTime">Whether dates tell hours.</param>
internal sealed record SourceColumn(string Name, int Index, SourceKind Kind, string[] Categories, DateTime First = default, bool HasTime = false)
{
    /// <summary>Stands for all categories too seldom for a feature of their own.</summary>
    public const string Rare = "(rare)";

    private const int Weekdays = 7;

    private static readonly string[] DateFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "yyyy/MM/dd", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "M/d/yyyy", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss"];

    /// <summary>Its features as columns of the model, the first of them at <paramref name="at"/>.</summary>
    public IEnumerable<FeatureColumn> FeatureColumns(int at) => Kind switch
    {
        SourceKind.Number => [new FeatureColumn(Name, at, 1, ColumnKind.FromData)],
        SourceKind.Category => [new FeatureColumn(Name, at, Categories.Length, ColumnKind.Category)],
        SourceKind.Date => [new FeatureColumn($"{Name} (days)", at, 1, ColumnKind.Continuous), new FeatureColumn($"{Name} (weekday)", at + 1, Weekdays, ColumnKind.Category),
            .. HasTime ? [new FeatureColumn($"{Name} (hour)", at + 1 + Weekdays, 1, ColumnKind.Continuous)] : Array.Empty<FeatureColumn>()],
        SourceKind.Gap => [new FeatureColumn(FeatureNames().Single(), at, 1, ColumnKind.Binary)],
        _ => throw new InvalidOperationException($"There is no kind {Kind}."),
    };

    /// <summary>Names of its features; those of a category begin with the column's.</summary>
    public IEnumerable<string> FeatureNames() => Kind switch
    {
        SourceKind.Number => [Name],
        SourceKind.Category => Categories.Select(c => $"{Name}.{c}"),
        SourceKind.Date => [$"{Name} (days)", .. Enum.GetNames<DayOfWeek>().Select(d => $"{Name} (weekday).{d}"), .. HasTime ? [$"{Name} (hour)"] : Array.Empty<string>()],
        SourceKind.Gap => [$"{Name} missing"],
        _ => throw new InvalidOperationException($"There is no kind {Kind}."),
    };

    /// <summary>Writes a field's features: NaN where it is missing, zeros for a category that was never seen.</summary>
    public void Encode(TextTable table, string field, Span<float> features)
    {
        features.Clear();
        if (Kind == SourceKind.Gap) features[0] = TextTable.IsMissing(field) ? 1 : 0;
        else if (TextTable.IsMissing(field)) features.Fill(float.NaN);
        else if (Kind == SourceKind.Number) features[0] = table.TryNumber(field, out float number) ? number : throw new UserErrorException($"Column '{Name}': '{field}' is not a number.");
        else if (Kind == SourceKind.Category) SetCategory(field, features);
        else if (TryDate(field, out var date)) SetDate(date, features);
        else features.Fill(float.NaN);
    }

    public static bool TryDate(string field, out DateTime date) => DateTime.TryParseExact(field, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out date);

    // What training never saw is as good as rare where rare ones were seen but once, and impossible to the eye else: no feature is 1.
    private void SetCategory(string field, Span<float> features)
    {
        int at = Array.IndexOf(Categories, field);
        if (at < 0) at = Array.IndexOf(Categories, Rare);
        if (at >= 0) features[at] = 1;
    }

    private void SetDate(DateTime date, Span<float> features)
    {
        features[0] = (float)(date - First).TotalDays;
        features[1 + (int)date.DayOfWeek] = 1;
        if (HasTime) features[^1] = (float)date.TimeOfDay.TotalHours;
    }
}
