namespace Microsoft.ML.Vae.Core;

/// <summary>What training rows tell of a table: which columns serve, as what, and which are left out, and why. Immutable; kept beside a model by <see cref="TablePlanFile"/>.</summary>
public sealed class TablePlan
{
    /// <summary>Puts columns side by side.</summary>
    /// <param name="columns">Those that serve.</param>
    /// <param name="leftOut">Lines for people: identifiers, constants.</param>
    /// <param name="notes">Lines for people: how columns were read.</param>
    /// <exception cref="ArgumentException">There is no column.</exception>
    public TablePlan(IReadOnlyList<SourceColumn> columns, IReadOnlyList<string>? leftOut = null, IReadOnlyList<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0) throw new ArgumentException("Expected a column, got none.", nameof(columns));
        (Columns, LeftOut, Notes) = ([.. columns], [.. leftOut ?? []], [.. notes ?? []]);
        FeatureNames = [.. Columns.SelectMany(c => c.FeatureNames())];
        var features = new List<FeatureColumn>();
        int at = 0;
        foreach (var column in Columns)
        {
            features.AddRange(column.FeatureColumns(at));
            at += column.Width;
        }
        FeatureColumns = features;
    }

    /// <summary>The columns that serve.</summary>
    public IReadOnlyList<SourceColumn> Columns { get; }

    /// <summary>Lines for people: columns that do not serve, and why.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Lines for people: how columns were read.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Of all features; those of a category begin with the column's name and a point.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The columns of the model.</summary>
    public IReadOnlyList<FeatureColumn> FeatureColumns { get; }

    /// <summary>m, the number of features of a row.</summary>
    public int FeatureCount => FeatureNames.Count;

    /// <summary>Learns a plan: what columns are, all rows tell; what categories, dates and constants there are, those to train on alone.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Those to train on; null: all.</param>
    /// <param name="options">How columns become features.</param>
    /// <exception cref="TableException">A column is damaged, or none serves.</exception>
    public static TablePlan Of(TextTable table, IReadOnlyList<int>? rows = null, TablePlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var isTraining = new bool[table.RowCount];
        foreach (int row in rows ?? [.. Enumerable.Range(0, table.RowCount)]) isTraining[row] = true;
        var survey = new TableSurvey(table.Names, table.LabelIndex, table.Separator);
        foreach (int i in table.Features)
            for (int r = 0; r < isTraining.Length; r++) survey.Add(i, table.Columns[i][r], isTraining[r], table.LineOf(r));
        return survey.Plan((options ?? new TablePlanOptions()).Validated());
    }

    /// <summary>The same plan for a table whose columns may stand elsewhere; they are found by their names.</summary>
    /// <param name="names">Of the table's columns.</param>
    /// <exception cref="TableException">A column is missing.</exception>
    public TablePlan For(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (Columns.All(c => c.Index < names.Count && names[c.Index] == c.Name)) return this;
        var places = names.Select((name, i) => (name, i)).DistinctBy(p => p.name).ToDictionary(p => p.name, p => p.i);
        string[] missing = [.. Columns.Select(c => c.Name).Where(n => !places.ContainsKey(n)).Distinct()];
        if (missing.Length > 0)
            throw new TableException($"The table lacks {missing.Length} of the columns that were trained on: {string.Join(", ", missing.Take(20))}{(missing.Length > 20 ? ", …" : "")}. Its columns are: {string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", …" : "")}.");
        return new TablePlan([.. Columns.Select(c => c with { Index = places[c.Name] })], LeftOut, Notes);
    }

    /// <summary>A row's features, [m].</summary>
    /// <exception cref="TableException">A field of a column of numbers is none.</exception>
    public float[] Encode(TextTable table, int row)
    {
        ArgumentNullException.ThrowIfNull(table);
        var features = new float[FeatureCount];
        int at = 0;
        foreach (var column in Columns)
        {
            column.Encode(table.Columns[column.Index][row], table.Separator, features.AsSpan(at, column.Width));
            at += column.Width;
        }
        return features;
    }

    /// <summary>Writes the features of a row that is in no table.</summary>
    /// <param name="fields">As they stand in the file, all columns.</param>
    /// <param name="separator">Of the file: where it is no comma, a number may have a decimal comma.</param>
    /// <param name="features">[m].</param>
    /// <exception cref="TableException">A field of a column of numbers is none.</exception>
    public void Encode(IReadOnlyList<string> fields, char separator, Span<float> features)
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (var column in Columns)
        {
            column.Encode(fields[column.Index], separator, features[..column.Width]);
            features = features[column.Width..];
        }
    }
}
