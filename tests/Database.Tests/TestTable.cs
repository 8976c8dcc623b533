namespace Database.Tests;

/// <summary>A table of generated readings in a temporary file.</summary>
internal sealed class TestTable : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mlvae-test-");

    public TestTable(int normal = 800, int anomalies = 20)
    {
        string csv = Path.Combine(_directory.FullName, "rows.csv");
        Data = GeneratedData.Create(normal, anomalies, RandomStream.FromSeed(1));
        Data.Save(csv);
        Table = ReadingsTable.Create(Path.Combine(_directory.FullName, "readings.db"), TextTable.Read(new DataSource(csv, "label")), seed: 1);
    }

    public GeneratedData Data { get; }

    public ReadingsTable Table { get; }

    public FeatureQuery All => Table.Query();

    public long Count(string what, string where = "TRUE") => Scalar<long>($"SELECT COUNT({what}) FROM readings WHERE {where}");

    public T Scalar<T>(string sql)
    {
        using var connection = Table.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    public void Execute(string sql)
    {
        using var connection = Table.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }
}

/// <summary>A detector that is trained in a moment.</summary>
internal static class Small
{
    public static VaeAnomalyTrainer.Options Options(long memoryBudget) => new()
    {
        MemoryBudget = memoryBudget,
        LatentDimension = 2,
        HiddenWidths = [16],
        Training = new() { Steps = 60, BatchSize = 32, Seed = 1 },
    };

    public static ITransformer Train(MLContext ml, IDataView rows, long memoryBudget = 1 << 20) => ml.AnomalyDetection.Trainers.Vae(Options(memoryBudget)).Fit(rows);
}
