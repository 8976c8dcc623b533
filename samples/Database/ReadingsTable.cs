using Microsoft.Data.Sqlite;
using Microsoft.ML.Vae.Core;

/// <summary>An SQLite file with one table of readings: id, is_training, label, the features, and what scoring adds.</summary>
internal sealed class ReadingsTable
{
    private ReadingsTable(string path, IReadOnlyList<string> features) => (ConnectionString, Features) = (new SqliteConnectionStringBuilder { DataSource = path }.ToString(), features);

    public string ConnectionString { get; }

    public IReadOnlyList<string> Features { get; }

    /// <summary>Makes the file from a CSV's numeric columns; a random half of the normal rows is for training.</summary>
    /// <exception cref="UserErrorException">The file exists, or there is no numeric column.</exception>
    public static ReadingsTable Create(string path, TextTable file, int seed)
    {
        if (File.Exists(path)) throw new UserErrorException($"'{path}' exists already; it is left alone.");
        int[] columns = NumericColumns(file);
        if (columns.Length == 0) throw new UserErrorException($"'{file.Path}' has no numeric column.");
        var table = new ReadingsTable(path, [.. columns.Select(i => file.Names[i])]);
        using var connection = table.Open();
        // Write-ahead log: the query that is being scored and the transaction that writes its scores do not block each other.
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, $"CREATE TABLE readings (id INTEGER PRIMARY KEY, is_training INTEGER, label INTEGER, {table.Columns(" REAL")}, score REAL, p_value REAL, is_anomaly INTEGER)");
        table.Import(connection, file, seed);
        return table;
    }

    /// <summary>Columns of numbers alone, complete ones.</summary>
    public static int[] NumericColumns(TextTable file) => [.. file.Features.Where(i => file.Columns[i].All(field => file.TryNumber(field, out float number) && float.IsFinite(number)))];

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Rows in the order of their ids.</summary>
    /// <param name="where">An SQL condition.</param>
    public FeatureQuery Query(string where = "TRUE") => new(SqliteFactory.Instance, ConnectionString, $"SELECT id, {Columns()} FROM readings WHERE {where} ORDER BY id", Features);

    private void Import(SqliteConnection connection, TextTable file, int seed)
    {
        var random = RandomStream.FromSeed(seed);
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        int[] columns = NumericColumns(file);
        command.CommandText = $"INSERT INTO readings (is_training, label, {Columns()}) VALUES (@training, @label, {string.Join(", ", columns.Select((_, i) => $"@f{i}"))})";
        var (training, label) = (command.Parameters.Add("@training", SqliteType.Integer), command.Parameters.Add("@label", SqliteType.Integer));
        SqliteParameter[] features = [.. columns.Select((_, i) => command.Parameters.Add($"@f{i}", SqliteType.Real))];
        for (int row = 0; row < file.RowCount; row++)
        {
            (training.Value, label.Value) = (!file.IsAnomaly[row] && random.Uniform(row) < 0.5, file.IsAnomaly[row]);
            for (int i = 0; i < columns.Length; i++) features[i].Value = file.TryNumber(file.Columns[columns[i]][row], out float number) ? number : DBNull.Value;
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    private string Columns(string type = "") => string.Join(", ", Features.Select(f => $"\"{f.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{type}"));

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
