namespace Database.Tests;

public sealed class ScoreWriterTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestTable _test = new();
    private readonly ITransformer _model;

    public ScoreWriterTests() => _model = Small.Train(_ml, _test.Table.Query("is_training = 1").Load(_ml));

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Every_row_gets_the_score_of_its_features()
    {
        using var connection = _test.Table.Open();
        Assert.Equal(_test.Data.Rows.Count, ScoreWriter.Write(connection, Scored(_test.All.Load(_ml))));
        // The same rows, scored without a database.
        var inMemory = FeatureRow.View(_ml, [.. _test.Data.Rows.Select((r, i) => new FeatureRow { Id = i + 1, Features = r })], _test.Table.Features);
        Assert.Equal(Scored(inMemory).GetColumn<float>("Score").Select(s => (double)s), Column("score"));
        Assert.Equal(Scored(inMemory).GetColumn<float>("PValue").Select(s => (double)s), Column("p_value"));
        Assert.Equal(Scored(inMemory).GetColumn<bool>("PredictedLabel").Select(f => f ? 1.0 : 0), Column("is_anomaly"));
    }

    [Fact]
    public void A_row_with_a_gap_has_a_score_and_an_empty_one_has_none()
    {
        _test.Execute("UPDATE readings SET sensor0 = NULL WHERE id = 2");
        _test.Execute($"UPDATE readings SET {string.Join(", ", _test.Table.Features.Select(f => $"{f} = NULL"))} WHERE id = 3");
        using var connection = _test.Table.Open();
        ScoreWriter.Write(connection, Scored(_test.All.Load(_ml)));
        Assert.Equal(1, _test.Count("*", "score IS NULL AND p_value IS NULL AND is_anomaly = 0"));
        Assert.Equal(1, _test.Count("*", "score IS NULL AND id = 3"));
    }

    [Fact]
    public void Scoring_that_fails_half_way_leaves_the_table_as_it_was()
    {
        _test.Execute("UPDATE readings SET score = -id");
        int given = 0;
        var breaking = new SqlRows(_test.All).Select(r => ++given <= 600 ? r : throw new IOException("the connection broke"));
        Refused<IOException>("the connection broke", Scored(FeatureRow.View(_ml, breaking, _test.Table.Features)));
        Assert.Equal(_test.Data.Rows.Count, _test.Count("*", "score = -id AND p_value IS NULL AND is_anomaly IS NULL"));
    }

    [Fact]
    public void A_row_that_is_gone_leaves_the_table_as_it_was()
    {
        var rows = new SqlRows(_test.All).Append(new FeatureRow { Id = 1_000_000, Features = new float[GeneratedData.Sensors] });
        Refused<InvalidOperationException>("Row 1000000", Scored(FeatureRow.View(_ml, rows, _test.Table.Features)));
        Assert.Equal(0, _test.Count("score"));
    }

    private void Refused<T>(string message, IDataView scored) where T : Exception
    {
        using var connection = _test.Table.Open();
        Exception? thrown = Record.Exception(() => ScoreWriter.Write(connection, scored));
        // ML.NET may wrap what a row source throws.
        while (thrown is not T and not null) thrown = thrown.InnerException;
        Assert.Contains(message, thrown?.Message, StringComparison.Ordinal);
    }

    private IDataView Scored(IDataView rows) => _model.Transform(rows);

    private List<double> Column(string name)
    {
        using var connection = _test.Table.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {name} FROM readings ORDER BY id";
        using var reader = command.ExecuteReader();
        var values = new List<double>();
        while (reader.Read()) values.Add(reader.GetDouble(0));
        return values;
    }
}
