namespace Microsoft.ML.Vae.Core;

/// <summary>What the fields of a column are, all of them and those of training rows.</summary>
internal sealed class ColumnSurvey(string name, int index, TablePlanOptions options)
{
    // A text that is another one in nearly every row names the row; so does a whole number that is another one in every row.
    private const double IdentifierShare = 0.9;

    // Fewer rows than that may all differ by chance.
    private const int LeastIdentifiers = 50;

    private readonly ValueCounts _values = new();
    private SeenTexts? _seen;
    private (string Field, long Line)? _text, _infinite;
    private long _filled, _numbers, _trained;
    private bool _isWhole = true, _isDate = true, _hasComma, _hasTime;
    private DateTime _first = DateTime.MaxValue;

    public string Name => name;

    /// <summary>Whether training rows show fewer than two values.</summary>
    public bool IsConstant => _values.Distinct < 2;

    public void Add(string field, char separator, bool isTraining, long line)
    {
        if (FieldText.IsMissing(field)) return;
        _filled++;
        bool isNumber = FieldText.TryNumber(field, separator, out float number);
        if (isNumber) _numbers++;
        else _text ??= (field, line);
        if (isNumber && !float.IsFinite(number)) _infinite ??= (field, line);
        _hasComma |= FieldText.HasComma(field);
        DateTime date = default;
        if (_isDate) _isDate = !isNumber && FieldText.TryDate(field, out date);
        if (!isTraining) return;
        _trained++;
        _values.Add(field);
        if (options.HashedFeatures > 0 && !isNumber) (_seen ??= new SeenTexts()).Add(field);
        _isWhole &= isNumber && number == MathF.Round(number) && !field.Contains('.', StringComparison.Ordinal);
        if (_isDate) (_first, _hasTime) = (date < _first ? date : _first, _hasTime || date.TimeOfDay != TimeSpan.Zero);
    }

    /// <summary>The column; null: an identifier, or nothing to train on.</summary>
    /// <exception cref="TableException">It is damaged.</exception>
    public SourceColumn? Column(List<string> notes)
    {
        if (_trained == 0) return null;
        if (_numbers == _filled) return _trained >= LeastIdentifiers && _isWhole && _values.IsUnique ? null : Number(notes);
        if (_isDate) return Date(notes);
        // Mostly numbers with some text is a damaged column, not a categorical one.
        if (_numbers > _filled / 2) throw new TableException($"Column '{name}', line {_text!.Value.Line}: '{_text.Value.Field}' is not a number, though {_numbers} other values are.");
        return _trained >= LeastIdentifiers && _values.Distinct > IdentifierShare * _trained ? null : Category(notes);
    }

    private SourceColumn Number(List<string> notes)
    {
        if (_infinite is { } bad) throw new TableException($"Column '{name}', line {bad.Line}: '{bad.Field}' is not finite.");
        if (_hasComma) notes.Add($"{name}: numbers with a decimal comma");
        return new SourceColumn(name, index, SourceKind.Number, []);
    }

    private SourceColumn Date(List<string> notes)
    {
        notes.Add($"{name}: dates, as days since {_first:yyyy-MM-dd}, weekday{(_hasTime ? " and hour" : "")}");
        return new SourceColumn(name, index, SourceKind.Date, [], _first, _hasTime);
    }

    private SourceColumn Category(List<string> notes)
    {
        string[] kept = [.. _values.MostFrequent(options.LeastFrequency).Take(options.MaximumCategories)];
        long rare = _values.Distinct - kept.Length;
        if (rare == 0) return new SourceColumn(name, index, SourceKind.Category, kept);
        if (_seen is not null && rare > options.HashedFeatures)
        {
            notes.Add($"{name}: {_values.Distinct} categories, of which {rare} are rare and hashed to {options.HashedFeatures} features");
            return new SourceColumn(name, index, SourceKind.Category, kept, HashedFeatures: options.HashedFeatures, Seen: _seen.ToString());
        }
        notes.Add($"{name}: {_values.Distinct} categories, of which {rare} are rare and share one feature");
        return new SourceColumn(name, index, SourceKind.Category, [.. kept, SourceColumn.Rare]);
    }
}
