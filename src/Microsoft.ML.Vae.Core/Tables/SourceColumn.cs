using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae.Core;

/// <summary>A column of a table, with all that encoding a field of it needs. Learnt from training rows. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its place in the file.</param>
/// <param name="Kind">How it is encoded.</param>
/// <param name="Categories">Those with a feature of their own, most frequent first; then, perhaps, <see cref="Rare"/>. Empty for other kinds.</param>
/// <param name="First">First date; null for other kinds.</param>
/// <param name="HasTime">Whether dates tell hours.</param>
/// <param name="HashedFeatures">Features, behind those of <paramref name="Categories"/>, to which all other categories are hashed.</param>
/// <param name="Seen">Where they are hashed: which were seen, a Bloom filter in base64; a few in a hundred others pass for seen.</param>
public sealed record SourceColumn(string Name, int Index, SourceKind Kind, IReadOnlyList<string> Categories, DateTime? First = null, bool HasTime = false, int HashedFeatures = 0, string? Seen = null)
{
    /// <summary>Stands for all categories too seldom for a feature of their own.</summary>
    public const string Rare = "(rare)";

    private const int Weekdays = 7;

    private readonly SeenTexts? _seen = Seen is null ? null : SeenTexts.Parse(Seen);

    /// <summary>Number of its features.</summary>
    [JsonIgnore]
    public int Width => Kind switch
    {
        SourceKind.Number => 1,
        SourceKind.Category => Categories.Count + HashedFeatures,
        SourceKind.Date => 1 + Weekdays + (HasTime ? 1 : 0),
    };

    /// <summary>Its features as columns of the model, the first of them at <paramref name="at"/>.</summary>
    public IEnumerable<FeatureColumn> FeatureColumns(int at) => Kind switch
    {
        SourceKind.Number => [new FeatureColumn(Name, at, 1, ColumnKind.FromData)],
        SourceKind.Category => [new FeatureColumn(Name, at, Width, ColumnKind.Category)],
        SourceKind.Date => [new FeatureColumn($"{Name} (days)", at, 1, ColumnKind.Continuous), new FeatureColumn($"{Name} (weekday)", at + 1, Weekdays, ColumnKind.Category),
            .. HasTime ? [new FeatureColumn($"{Name} (hour)", at + 1 + Weekdays, 1, ColumnKind.Continuous)] : Array.Empty<FeatureColumn>()],
    };

    /// <summary>Names of its features; those of a category begin with the column's.</summary>
    public IEnumerable<string> FeatureNames() => Kind switch
    {
        SourceKind.Number => [Name],
        SourceKind.Category => [.. Categories.Select(c => $"{Name}.{c}"), .. Enumerable.Range(1, HashedFeatures).Select(k => $"{Name}.(hashed {k})")],
        SourceKind.Date => [$"{Name} (days)", .. Enum.GetNames<DayOfWeek>().Select(d => $"{Name} (weekday).{d}"), .. HasTime ? [$"{Name} (hour)"] : Array.Empty<string>()],
    };

    /// <summary>Writes a field's features: NaN where it is missing, zeros for a category that was never seen.</summary>
    /// <param name="field">As it stands in the file.</param>
    /// <param name="separator">Of the file: where it is no comma, a number may have a decimal comma.</param>
    /// <param name="features">[<see cref="Width"/>].</param>
    /// <exception cref="TableException">The column is one of numbers, the field is none.</exception>
    public void Encode(string field, char separator, Span<float> features)
    {
        features.Clear();
        if (FieldText.IsMissing(field)) features.Fill(float.NaN);
        else if (Kind == SourceKind.Number) features[0] = FieldText.TryNumber(field, separator, out float number) ? number : throw new TableException($"Column '{Name}': '{field}' is not a number.");
        else if (Kind == SourceKind.Category) SetCategory(field, features);
        else if (FieldText.TryDate(field, out var date)) SetDate(date, features);
        else features.Fill(float.NaN);
    }

    /// <summary>Checks what a file may have wrong.</summary>
    /// <exception cref="ArgumentException">A part is missing or does not fit.</exception>
    internal SourceColumn Validated() => Index >= 0 && Enum.IsDefined(Kind) && (Kind == SourceKind.Category) == (Categories.Count + HashedFeatures > 0) && HashedFeatures >= 0 && (HashedFeatures > 0) == (Seen is not null) && (Kind != SourceKind.Date || First is not null)
        ? this : throw new ArgumentException($"Column '{Name}' cannot stand at {Index} with {Categories.Count} categories as {Kind}.");

    // What training never saw is as good as rare where rare ones were seen but once, and impossible to the eye else: no feature is 1.
    private void SetCategory(string field, Span<float> features)
    {
        int at = IndexOf(field);
        if (at < 0) at = _seen is null ? IndexOf(Rare) : _seen.Contains(field) ? Categories.Count + (int)(TextHash.Of(field) % (uint)HashedFeatures) : -1;
        if (at >= 0) features[at] = 1;
    }

    private int IndexOf(string category)
    {
        for (int i = 0; i < Categories.Count; i++)
            if (Categories[i] == category) return i;
        return -1;
    }

    private void SetDate(DateTime date, Span<float> features)
    {
        features[0] = (float)(date - First!.Value).TotalDays;
        features[1 + (int)date.DayOfWeek] = 1;
        if (HasTime) features[^1] = (float)date.TimeOfDay.TotalHours;
    }
}
