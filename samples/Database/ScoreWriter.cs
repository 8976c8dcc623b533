using System.Data.Common;
using Microsoft.ML;

/// <summary>Writes scores back: all of them, or none.</summary>
internal static class ScoreWriter
{
    private const string Update = "UPDATE readings SET score = @score, p_value = @p_value, is_anomaly = @is_anomaly WHERE id = @id";

    /// <summary>Scores as it reads, in one transaction; returns how many rows were written. If scoring or writing fails, the table is as before.</summary>
    /// <exception cref="InvalidOperationException">A scored row is not in the table.</exception>
    public static long Write(DbConnection connection, IDataView scored)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, Update);
        var parameters = new[] { "@score", "@p_value", "@is_anomaly", "@id" }.Select(name => Add(command, name)).ToArray();
        DataViewSchema.Column Column(string name) => scored.Schema[name];
        using var cursor = scored.GetRowCursor(new[] { "Id", "Score", "PValue", "PredictedLabel" }.Select(Column));
        var (getId, getFlag) = (cursor.GetGetter<long>(Column("Id")), cursor.GetGetter<bool>(Column("PredictedLabel")));
        var (getScore, getPValue) = (cursor.GetGetter<float>(Column("Score")), cursor.GetGetter<float>(Column("PValue")));
        var (id, flag, score, pValue, written) = (0L, false, 0f, 0f, 0L);
        for (; cursor.MoveNext(); written++)
        {
            getId(ref id);
            getScore(ref score);
            getPValue(ref pValue);
            getFlag(ref flag);
            (parameters[0].Value, parameters[1].Value, parameters[2].Value, parameters[3].Value) = (Nullable(score), Nullable(pValue), flag, id);
            if (command.ExecuteNonQuery() != 1) throw new InvalidOperationException($"Row {id} was scored, but the table holds it no more. No score was written.");
        }
        transaction.Commit();
        return written;
    }

    // A row with a missing feature has no score.
    private static object Nullable(float value) => float.IsNaN(value) ? DBNull.Value : value;

    private static DbParameter Add(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }
}
