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

    /// <summary>Goes to the next row; false at the end.</summary>
    public abstract bool Next();

    /// <summary>A field of this row, valid until the next one.</summary>
    public abstract ReadOnlySpan<char> Field(int column);

    /// <summary>The same as a string.</summary>
    public abstract string Text(int column);

    public abstract void Dispose();
}
