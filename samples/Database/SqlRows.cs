using System.Collections;
using System.Data.Common;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>A query's rows, read lazily; can be enumerated any number of times, also at once.</summary>
internal sealed class SqlRows(FeatureQuery query) : IEnumerable<FeatureRow>
{
    public IEnumerator<FeatureRow> GetEnumerator()
    {
        using var connection = query.Provider.CreateConnection() ?? throw new InvalidOperationException($"{query.Provider.GetType().Name} makes no connections.");
        connection.ConnectionString = query.ConnectionString;
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query.Sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return new FeatureRow { Id = reader.GetInt64(0), Features = [.. Enumerable.Range(1, query.FeatureNames.Count).Select(i => Value(reader, i))] };
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // As ML.NET's loader does it: a missing value is NaN.
    private static float Value(DbDataReader reader, int column) => reader.IsDBNull(column) ? float.NaN : reader.GetFloat(column);
}

/// <summary>One row as an object.</summary>
internal sealed class FeatureRow
{
    public long Id { get; set; }

    public float[] Features { get; set; } = [];

    /// <summary>A view of rows; the schema says what the class cannot, the number and the names of the features.</summary>
    public static IDataView View(MLContext ml, IEnumerable<FeatureRow> rows, IReadOnlyList<string> names)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(names.Count, [.. names.Select(n => n.AsMemory())]));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, names.Count), annotations.ToAnnotations());
        return ml.Data.LoadFromEnumerable(rows, schema.ToSchema());
    }
}
