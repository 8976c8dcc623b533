namespace Microsoft.ML.Vae.Tool;

/// <summary>One pass over the rows of a table, each as text by column.</summary>
internal abstract class FieldRows : IDisposable
{
    /// <summary>Of all columns.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Between the fields of the source: where it is no comma, a number may have a decimal comma.</summary>
    public abstract char Separator { get; }

    /// <summary>The column of labels; −1: there is none.</summary>
    public abstract int LabelIndex { get; }

    /// <summary>The next row, valid until the call after; false at the end.</summary>
    public abstract bool Next(out IReadOnlyList<string> fields);

    public abstract void Dispose();
}
