namespace Microsoft.ML.Vae.Tool;

/// <summary>The rows of files of the same columns, one file after another.</summary>
internal sealed class FileRows : FieldRows
{
    private readonly IReadOnlyList<DataSource> _files;
    private TableReader _reader;
    private int _at;

    public FileRows(IReadOnlyList<DataSource> files)
    {
        (_files, _reader) = (files, new TableReader(files[0]));
        (Names, LabelIndex, Separator) = ([.. _reader.Names], _reader.LabelIndex, _reader.Separator);
    }

    public override IReadOnlyList<string> Names { get; }

    public override char Separator { get; }

    public override int LabelIndex { get; }

    public override bool Next()
    {
        while (!_reader.Next())
        {
            if (_at + 1 == _files.Count) return false;
            _reader.Dispose();
            _reader = new TableReader(_files[++_at]);
            if (!_reader.Names.SequenceEqual(Names) || _reader.Separator != Separator)
                throw new UserErrorException($"'{_files[_at].Path}' has other columns or another separator than '{_files[0].Path}': {string.Join(", ", _reader.Names.Take(20))}.");
        }
        return true;
    }

    public override ReadOnlySpan<char> Field(int column) => _reader.Field(column);

    public override string Text(int column) => _reader.Text(column);

    public override void Dispose() => _reader.Dispose();
}
