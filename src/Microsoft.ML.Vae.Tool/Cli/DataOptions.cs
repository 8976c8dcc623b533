using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>How a command is told where its rows are.</summary>
internal sealed class DataOptions
{
    private readonly Argument<string[]> _data = new("data") { Description = "files (.gz too), patterns such as 'data/*.csv', or - for standard input", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _csv = new("--csv") { Description = "the same as DATA", Hidden = true };
    private readonly Option<string?> _label = new("--label") { Description = "column that tells anomalies from normal rows; without it 'label', or no labels where there is no such column" };
    private readonly Option<string?> _positive = new("--positive") { Description = "value of that column that marks an anomaly" };
    private readonly Option<string?> _columns = new("--columns") { Description = "file with the column names, separated by commas or lines, where the data have no header" };
    private readonly Option<string?> _connection = new("--connection") { Description = "connection string of a database" };
    private readonly Option<string?> _provider = new("--provider") { Description = "sqlite, or an ADO.NET provider's factory: 'Npgsql.NpgsqlFactory, /path/Npgsql.dll'" };
    private readonly Option<string?> _query = new("--query") { Description = "SQL that selects the columns" };

    public void AddTo(System.CommandLine.Command command)
    {
        command.Add(_data);
        foreach (Option option in (Option[])[_csv, _label, _positive, _columns, _connection, _provider, _query]) command.Add(option);
    }

    public TableInput Read(ParseResult parsed) => new(
        [.. parsed.GetValue(_data) ?? [], .. parsed.GetValue(_csv) ?? []], parsed.GetValue(_label), parsed.GetValue(_positive), parsed.GetValue(_columns), parsed.GetValue(_connection), parsed.GetValue(_provider), parsed.GetValue(_query));
}
