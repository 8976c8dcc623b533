namespace Microsoft.ML.Vae.Core;

/// <summary>Learns a plan from fields, one after another, in bounded memory.</summary>
internal sealed class TableSurvey
{
    private readonly char _separator;
    private readonly ColumnSurvey?[] _columns;

    /// <param name="names">Of all columns.</param>
    /// <param name="labelIndex">The one that describes no row; −1: there is none.</param>
    /// <param name="separator">Of the file.</param>
    /// <param name="options">How columns become features.</param>
    public TableSurvey(IReadOnlyList<string> names, int labelIndex, char separator, TablePlanOptions options)
    {
        options.Validated();
        (_separator, _columns) = (separator, [.. names.Select((name, i) => i == labelIndex ? null : new ColumnSurvey(name, i, options))]);
    }

    /// <summary>Takes a field.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="field">As it stands in the file.</param>
    /// <param name="isTraining">Whether its row is one to train on.</param>
    /// <param name="line">Where it stands, for messages.</param>
    public void Add(int column, string field, bool isTraining, long line) => _columns[column]?.Add(field, _separator, isTraining, line);

    /// <summary>What the fields told.</summary>
    /// <exception cref="TableException">A column is damaged, or none serves.</exception>
    public TablePlan Plan()
    {
        var (columns, leftOut, notes) = (new List<SourceColumn>(), new List<string>(), new List<string>());
        foreach (var survey in _columns.OfType<ColumnSurvey>())
        {
            var told = new List<string>();
            var column = survey.Column(told);
            if (survey.IsConstant) leftOut.Add($"{survey.Name} (constant)");
            else if (column is null) leftOut.Add($"{survey.Name} (an identifier: all but unique)");
            if (survey.IsConstant || column is null) continue;
            columns.Add(column);
            notes.AddRange(told);
        }
        if (columns.Count == 0) throw new TableException("Every feature column is constant or an identifier: there is nothing to learn.");
        return new TablePlan(columns, leftOut, notes);
    }
}
