using System.Text.Json;
using Microsoft.ML.Vae.Core;

/// <summary>What training rows tell of a table: which columns serve, as what, and which are left out, and why.</summary>
/// <param name="Columns">Those that serve.</param>
/// <param name="LeftOut">Lines for people: identifiers, constants.</param>
/// <param name="Notes">Lines for people: how columns were read.</param>
internal sealed record TablePlan(SourceColumn[] Columns, string[] LeftOut, string[] Notes)
{
    // A text that is another one in nearly every row names the row; so does a whole number that is another one in every row.
    private const double IdentifierShare = 0.9;

    // Fewer rows than that may all differ by chance.
    private const int LeastIdentifiers = 50;

    // More features a column would cost memory and say little: what is seldom shares one.
    private const int MaximumCategories = 50, LeastFrequency = 3;

    public int FeatureCount => FeatureNames.Length;

    public string[] FeatureNames => [.. Columns.SelectMany(c => c.FeatureNames())];

    /// <summary>What columns are, all rows tell; what categories, dates and constants there are, those to train on alone.</summary>
    /// <exception cref="UserErrorException">A column is damaged, or none serves.</exception>
    /// <param name="table">The table.</param>
    /// <param name="rows">Those to train on.</param>
    /// <param name="includesMissingness">Whether that a value is missing may itself be the anomaly: then columns with gaps have a flag beside them.</param>
    public static TablePlan Of(TextTable table, IReadOnlyList<int> rows, bool includesMissingness = false)
    {
        var (columns, leftOut, notes) = (new List<SourceColumn>(), new List<string>(), new List<string>());
        foreach (int i in table.Features)
        {
            string[] all = [.. table.Columns[i].Where(f => !TextTable.IsMissing(f))], fields = [.. rows.Select(r => table.Columns[i][r]).Where(f => !TextTable.IsMissing(f))];
            var told = new List<string>();
            var column = fields.Length == 0 ? null : Column(table, i, all, fields, told);
            if (fields.Distinct().Take(2).Count() < 2) leftOut.Add($"{table.Names[i]} (constant)");
            else if (column is not null) (columns, notes) = ([.. columns, column], [.. notes, .. told]);
            else leftOut.Add($"{table.Names[i]} (an identifier: all but unique)");
        }
        if (columns.Count == 0) throw new UserErrorException("Every feature column is constant or an identifier: there is nothing to learn.");
        var gaps = columns.Where(c => includesMissingness && rows.Any(r => TextTable.IsMissing(table.Columns[c.Index][r]))).Select(c => c with { Kind = SourceKind.Gap, Categories = [] });
        return new TablePlan([.. columns, .. gaps], [.. leftOut], [.. notes]);
    }

    /// <summary>The columns of the model.</summary>
    public IReadOnlyList<FeatureColumn> FeatureColumns()
    {
        var columns = new List<FeatureColumn>();
        foreach (var source in Columns) columns.AddRange(source.FeatureColumns(columns.Sum(c => c.Length)));
        return columns;
    }

    /// <summary>A row's features.</summary>
    public float[] Encode(TextTable table, int row)
    {
        var features = new float[FeatureCount];
        int at = 0;
        foreach (var column in Columns)
        {
            int length = column.FeatureNames().Count();
            column.Encode(table, table.Columns[column.Index][row], features.AsSpan(at, length));
            at += length;
        }
        return features;
    }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this));

    public static TablePlan Load(string path) => JsonSerializer.Deserialize<TablePlan>(File.ReadAllText(path)) ?? throw new UserErrorException($"'{path}' does not tell how a table is read.");

    // Null: an identifier.
    private static SourceColumn? Column(TextTable table, int i, string[] all, string[] fields, List<string> notes)
    {
        string name = table.Names[i];
        int numbers = all.Count(f => table.TryNumber(f, out _)), distinct = fields.Distinct().Count();
        if (numbers == all.Length) return IsCounting(table, fields, distinct) ? null : Number(table, i, all, notes);
        if (all.All(f => SourceColumn.TryDate(f, out _))) return Date(name, i, fields, notes);
        // Mostly numbers with some text is a damaged column, not a categorical one.
        if (numbers > all.Length / 2)
        {
            string text = all.First(f => !table.TryNumber(f, out _));
            throw new UserErrorException($"Column '{name}', line {Array.IndexOf(table.Columns[i], text) + 2}: '{text}' is not a number, though {numbers} other values are.");
        }
        return fields.Length >= LeastIdentifiers && distinct > IdentifierShare * fields.Length ? null : Category(name, i, fields, notes);
    }

    private static bool IsCounting(TextTable table, string[] fields, int distinct) =>
        fields.Length >= LeastIdentifiers && distinct == fields.Length && fields.All(f => table.TryNumber(f, out float v) && v == MathF.Round(v) && !f.Contains('.', StringComparison.Ordinal));

    private static SourceColumn Number(TextTable table, int i, string[] fields, List<string> notes)
    {
        if (fields.FirstOrDefault(f => table.TryNumber(f, out float v) && !float.IsFinite(v)) is { } bad)
            throw new UserErrorException($"Column '{table.Names[i]}', line {Array.IndexOf(table.Columns[i], bad) + 2}: '{bad}' is not finite.");
        if (fields.Any(f => f.Contains(',', StringComparison.Ordinal))) notes.Add($"{table.Names[i]}: numbers with a decimal comma");
        return new SourceColumn(table.Names[i], i, SourceKind.Number, []);
    }

    private static SourceColumn Date(string name, int i, string[] fields, List<string> notes)
    {
        DateTime[] dates = [.. fields.Select(f => SourceColumn.TryDate(f, out var date) ? date : default)];
        bool hasTime = dates.Any(d => d.TimeOfDay != TimeSpan.Zero);
        notes.Add($"{name}: dates, as days since {dates.Min():yyyy-MM-dd}, weekday{(hasTime ? " and hour" : "")}");
        return new SourceColumn(name, i, SourceKind.Date, [], dates.Min(), hasTime);
    }

    private static SourceColumn Category(string name, int i, string[] fields, List<string> notes)
    {
        var counts = fields.GroupBy(f => f).Select(g => (Value: g.Key, Count: g.Count())).OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal).ToList();
        string[] kept = [.. counts.Where(c => c.Count >= LeastFrequency).Take(MaximumCategories).Select(c => c.Value)];
        if (kept.Length == counts.Count) return new SourceColumn(name, i, SourceKind.Category, kept);
        notes.Add($"{name}: {counts.Count} categories, of which {counts.Count - kept.Length} are rare and share one feature");
        return new SourceColumn(name, i, SourceKind.Category, [.. kept, SourceColumn.Rare]);
    }
}
