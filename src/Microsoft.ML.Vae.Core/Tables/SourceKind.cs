namespace Microsoft.ML.Vae.Core;

/// <summary>How a column of text becomes features: as a number, as a category, or as what a date holds.</summary>
public enum SourceKind
{
    /// <summary>One feature.</summary>
    Number,

    /// <summary>A feature per category.</summary>
    Category,

    /// <summary>Days since the first date, weekday, and hour where there are times.</summary>
    Date,
}
