using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Microsoft.ML.Vae.Tool;

/// <summary>The rows of a query, by any provider of ADO.NET.</summary>
internal sealed class QueryRows : FieldRows
{
    private readonly DbConnection _connection;
    private readonly DbCommand _command;
    private readonly DbDataReader _reader;
    private readonly string[] _fields;

    /// <param name="provider">Null or "sqlite": SQLite; else the name of a provider's factory, "Npgsql.NpgsqlFactory, Npgsql", its assembly beside the tool or as the path of a .dll.</param>
    /// <param name="connectionString">The provider's.</param>
    /// <param name="query">Selects the columns.</param>
    /// <param name="label">Column of labels; null: the usual one.</param>
    public QueryRows(string? provider, string connectionString, string query, string? label)
    {
        _connection = Factory(provider).CreateConnection() ?? throw new UserErrorException($"The provider '{provider}' makes no connections.");
        try
        {
            _connection.ConnectionString = connectionString;
            _connection.Open();
            _command = _connection.CreateCommand();
            _command.CommandText = query;
            _reader = _command.ExecuteReader();
            string[] names = [.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetName)];
            (Names, _fields) = (names, new string[names.Length]);
            LabelIndex = Array.FindIndex(names, n => label is null ? n.Equals(DataSource.DefaultLabel, StringComparison.OrdinalIgnoreCase) : n == label);
            if (LabelIndex < 0 && label is not null) throw new UserErrorException($"There is no column '{label}' in the query; its columns are: {string.Join(", ", names)}.");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<string> Names { get; }

    public override char Separator => ',';

    public override int LabelIndex { get; }

    public override bool Next()
    {
        if (!_reader.Read()) return false;
        for (int i = 0; i < _fields.Length; i++) _fields[i] = TextOf(_reader.GetValue(i));
        return true;
    }

    public override ReadOnlySpan<char> Field(int column) => _fields[column];

    public override string Text(int column) => _fields[column];

    public override void Dispose()
    {
        _reader.Dispose();
        _command.Dispose();
        _connection.Dispose();
    }

    private static string TextOf(object value) => value switch
    {
        DBNull => "",
        bool flag => flag ? "1" : "0",
        DateTime date => date.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static DbProviderFactory Factory(string? provider)
    {
        if (provider is null || provider.Equals("sqlite", StringComparison.OrdinalIgnoreCase)) return SqliteFactory.Instance;
        string[] parts = provider.Split(',', 2, StringSplitOptions.TrimEntries);
        string? assembly = parts.Length > 1 ? parts[1] : null;
        var type = assembly?.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) == true ? Assembly.LoadFrom(Path.GetFullPath(assembly)).GetType(parts[0]) : Type.GetType(provider);
        return type?.GetField("Instance", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as DbProviderFactory
            ?? throw new UserErrorException($"There is no provider '{provider}': expected sqlite, or the factory's type and assembly, e.g. 'Npgsql.NpgsqlFactory, /path/Npgsql.dll'.");
    }
}
