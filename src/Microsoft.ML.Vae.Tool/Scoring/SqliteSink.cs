using Microsoft.Data.Sqlite;

namespace Microsoft.ML.Vae.Tool;

/// <summary>A table of an SQLite file, made anew in one transaction: row, columns handed through, score, p_value, is_anomaly, reasons.</summary>
internal sealed class SqliteSink : ScoreSink
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter[] _parameters;
    private readonly string? _made;
    private bool _isCommitted;

    public SqliteSink(string path, string table, IReadOnlyList<string> carried, bool hasReasons)
    {
        _made = File.Exists(path) ? null : path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        string[] columns = ["row", .. carried, "score", "p_value", "is_anomaly", .. hasReasons ? ["reasons"] : Array.Empty<string>()];
        try
        {
            _connection.Open();
            _transaction = _connection.BeginTransaction();
            Execute($"DROP TABLE IF EXISTS {Name(table)}");
            Execute($"CREATE TABLE {Name(table)} ({string.Join(", ", columns.Select(c => $"{Name(c)} {Type(c)}"))})");
        }
        catch
        {
            _transaction?.Dispose();
            _connection.Dispose();
            if (_made is not null) File.Delete(_made);
            throw;
        }
        _insert = _connection.CreateCommand();
        (_insert.Transaction, _insert.CommandText) = (_transaction, $"INSERT INTO {Name(table)} VALUES ({string.Join(", ", columns.Select((_, i) => $"@c{i}"))})");
        _parameters = [.. columns.Select((_, i) => _insert.Parameters.Add(new SqliteParameter { ParameterName = $"@c{i}" }))];
    }

    public override void Format(RowBlock block) { }

    public override void Write(RowBlock block)
    {
        for (int r = 0; r < block.Count; r++)
        {
            int at = 0;
            _parameters[at++].Value = block.Numbers[r];
            foreach (string field in block.Carried[r] ?? []) _parameters[at++].Value = field;
            bool isScored = !float.IsNaN(block.Scores[r]);
            _parameters[at++].Value = isScored ? block.Scores[r] : DBNull.Value;
            _parameters[at++].Value = isScored ? block.PValues[r] : DBNull.Value;
            _parameters[at++].Value = block.Flags[r] ? 1 : 0;
            if (at < _parameters.Length) _parameters[at].Value = block.Reasons[r];
            _insert.ExecuteNonQuery();
        }
    }

    public override string? Commit()
    {
        _transaction.Commit();
        _isCommitted = true;
        return null;
    }

    public override void Dispose()
    {
        _insert.Dispose();
        _transaction.Dispose();
        _connection.Dispose();
        if (!_isCommitted && _made is not null) File.Delete(_made);
    }

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Type(string column) => column switch
    {
        "row" => "INTEGER PRIMARY KEY",
        "score" or "p_value" => "REAL",
        "is_anomaly" => "INTEGER",
        _ => "TEXT",
    };

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        (command.Transaction, command.CommandText) = (_transaction, sql);
        command.ExecuteNonQuery();
    }
}
