namespace Microsoft.ML.Vae;

/// <summary>Which columns of a transformer's output were asked for.</summary>
internal sealed class ActiveColumns
{
    private readonly RowTransformer _transformer;
    private readonly DataViewSchema _input, _output;
    private readonly bool[] _active;

    public ActiveColumns(RowTransformer transformer, DataViewSchema input, DataViewSchema output, IEnumerable<DataViewSchema.Column> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        (_transformer, _input, _output, _active) = (transformer, input, output, new bool[output.Count]);
        foreach (var column in wanted)
            if (column.Index < _active.Length && output[column.Index].Name == column.Name) _active[column.Index] = true;
    }

    /// <summary>Marks of the added columns.</summary>
    public bool[] Added => _active[_input.Count..];

    /// <summary>The input columns to read: active ones that pass through, and, where an added one is active, what the transformer needs.</summary>
    public IEnumerable<DataViewSchema.Column> Inputs
    {
        get
        {
            bool[] needed = _active[.._input.Count];
            if (Added.Contains(true))
                foreach (string name in _transformer.Inputs) needed[_input[name].Index] = true;
            return _input.Where(c => needed[c.Index]);
        }
    }

    public bool this[DataViewSchema.Column column] => column.Index < _active.Length && _active[column.Index];

    /// <summary>Index among the added columns of one that a getter of this type may be asked for; negative for one that passes through.</summary>
    /// <exception cref="InvalidOperationException">As ML.NET's own cursors fail: the column is not active, or the type is wrong.</exception>
    public int Check<TValue>(DataViewSchema.Column column)
    {
        if (!this[column]) throw new InvalidOperationException($"Column '{column.Name}' is not active in the cursor.");
        var expected = _output[column.Index].Type.RawType;
        if (typeof(TValue) != expected) throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{expected}'.");
        return column.Index - _input.Count;
    }
}
