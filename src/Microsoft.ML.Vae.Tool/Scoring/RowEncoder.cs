namespace Microsoft.ML.Vae.Tool;

/// <summary>What <see cref="TablePlan.Encode(IReadOnlyList{string}, char, Span{float})"/> does, to the bit, without a string for a plain number or a known category.</summary>
internal sealed class RowEncoder
{
    private readonly char _separator;
    private readonly (SourceColumn Column, int Width, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Categories)[] _columns;

    public RowEncoder(TablePlan plan, char separator)
    {
        _separator = separator;
        _columns = [.. plan.Columns.Select(c => (c, c.Width, c.Categories.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i).GetAlternateLookup<ReadOnlySpan<char>>()))];
    }

    /// <summary>Writes a row's features, [m].</summary>
    /// <exception cref="TableException">A field of a column of numbers is none.</exception>
    public void Encode(FieldRows row, Span<float> features)
    {
        foreach (var (column, width, categories) in _columns)
        {
            var field = row.Field(column.Index);
            var own = features[..width];
            features = features[width..];
            if (column.Kind == SourceKind.Number && PlainNumber.TryParse(field, out float number))
            {
                own[0] = number;
            }
            else if (column.Kind == SourceKind.Category && categories.TryGetValue(field, out int category))
            {
                own.Clear();
                own[category] = 1;
            }
            else
            {
                column.Encode(row.Text(column.Index), _separator, own);
            }
        }
    }
}
