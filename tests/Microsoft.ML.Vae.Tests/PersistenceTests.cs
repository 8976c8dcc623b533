using System.Diagnostics;
using System.IO.Compression;

namespace Microsoft.ML.Vae.Tests;

/// <summary>A model file gives back our types and the same bits, in a process that has never heard of us; what is damaged says so.</summary>
public sealed class PersistenceTests : IDisposable
{
    private const int Rows = 50;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(5);

    public static TheoryData<string> Names => Components.Names;

    public static TheoryData<string> Damages { get; } = ["truncated", "foreign", "empty", "settings", "settings cut", "model", "model missing"];

    [Theory, MemberData(nameof(Names))]
    public void A_fresh_process_loads_our_types_and_the_same_bits(string name)
    {
        string path = Save(name);
        var expected = new StringWriter { NewLine = "\n" };
        Program.Describe(Fitted.Model(name), Fitted.Data.Schema, _ml.Data.LoadFromEnumerable(Row.Make(Rows)), expected);
        Assert.Equal(Flat(expected.ToString()), Flat(Run(path, $"{Rows}")));
    }

    [Fact]
    public void A_loaded_detector_knows_all_it_knew()
    {
        var loaded = (VaeAnomalyTransformer)Components.Last(_ml.Model.Load(Save("AllInOne"), out _));
        Assert.Equal(Fitted.AllInOne.Threshold, loaded.Threshold);
        Assert.Equal(Fitted.AllInOne.Model.Calibration.Scores, loaded.Model.Calibration.Scores);
        Assert.Equal(Fitted.AllInOne.Model.Isometry.Verdict, loaded.Model.Isometry.Verdict);
        Assert.Equal(Fitted.AllInOne.Model.Importance.Share, loaded.Model.Importance.Share);
    }

    [Fact]
    public void A_prediction_engine_on_a_loaded_model_has_the_same_bits()
    {
        var loaded = _ml.Model.Load(Save("AllInOne"), out var schema);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Decision>(loaded, schema);
        float[] scores = [.. Fitted.Model("AllInOne").Transform(Fitted.Data).GetColumn<float>("Score").Take(Rows)];
        Assert.Equal(scores.Select(Values.Bits), Row.Make(Rows).Select(r => Values.Bits(engine.Predict(r).Score)));
    }

    [Fact]
    public void An_infinite_threshold_survives()
    {
        var view = Fitted.Model("Vae").Transform(_ml.Data.LoadFromEnumerable(Row.Make(10)));
        var few = _ml.Transforms.DetectAnomalies(falseAlarmRate: 0.01).Fit(view);
        Assert.Equal(float.PositiveInfinity, few.Threshold);
        _ml.Model.Save(few, view.Schema, _folder.File("few.zip"));
        Assert.Equal(float.PositiveInfinity, ((AnomalyDetectionTransformer)Only(_ml.Model.Load(_folder.File("few.zip"), out _))).Threshold);
    }

    [Theory, MemberData(nameof(Damages))]
    public void A_damaged_file_fails_clearly(string damage)
    {
        string path = Save("Detector");
        Damage(path, damage);
        string message = Assert.Throws<FormatException>(() => _ml.Model.LoadChecked(path, out _)).Message;
        Assert.StartsWith($"'{path}' cannot be loaded as a model. ", message, StringComparison.Ordinal);
        Assert.Contains(damage is "truncated" or "foreign" or "empty" ? "Failed to open a zip archive" : "damaged", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_file_loads_checked_and_a_missing_one_is_missing()
    {
        Assert.IsType<VaeAnomalyTransformer>(Components.Last(_ml.Model.LoadChecked(Save("AllInOne"), out var schema)));
        Assert.Equal(Fitted.Data.Schema.Select(c => c.Name), schema.Select(c => c.Name));
        Assert.Throws<FileNotFoundException>(() => _ml.Model.LoadChecked(_folder.File("nothing.zip"), out _));
    }

    [Fact]
    public void A_stream_loads_checked_as_a_file_does()
    {
        byte[] file = File.ReadAllBytes(Save("AllInOne"));
        Assert.IsType<VaeAnomalyTransformer>(Components.Last(_ml.Model.LoadChecked(new MemoryStream(file), out var schema)));
        Assert.Equal(Fitted.Data.Schema.Select(c => c.Name), schema.Select(c => c.Name));
        var torn = Assert.Throws<FormatException>(() => _ml.Model.LoadChecked(new MemoryStream(file[..(file.Length / 2)]), out _));
        Assert.StartsWith("The stream cannot be loaded as a model. ", torn.Message, StringComparison.Ordinal);
    }

    /// <summary>ML.NET's own Save(path) empties the old file first; saving to a stream through AtomicFile does not.</summary>
    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        string path = _folder.File("model.zip");
        _ml.Model.SaveAtomically(Fitted.Model("Vae"), Fitted.Data.Schema, path);
        byte[] old = File.ReadAllBytes(path);
        Assert.Throws<IOException>(() => _ml.Model.SaveAtomically(new Unsavable(Fitted.Vae), Fitted.Data.Schema, path));
        Assert.Equal(old, File.ReadAllBytes(path));
        Assert.Equal(["model.zip"], _folder.Files);
        _ml.Model.SaveAtomically(Fitted.Model("AllInOne"), Fitted.Data.Schema, path);
        Assert.IsType<VaeAnomalyTransformer>(Components.Last(_ml.Model.Load(path, out _)));
    }

    public void Dispose() => _folder.Dispose();

    private string Save(string name)
    {
        string path = _folder.File($"{name}.zip");
        _ml.Model.Save(Fitted.Model(name), Fitted.Data.Schema, path);
        return path;
    }

    private static ITransformer Only(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.Single() : model;

    private static string[] Flat(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Run(params string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [typeof(Program).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    private static void Damage(string path, string damage)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (damage == "truncated") File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        else if (damage == "empty") File.WriteAllBytes(path, []);
        else if (damage == "foreign") File.WriteAllText(path, "A,B,C\n1,2,3\n");
        else Rewrite(path, damage);
    }

    // Replaces the blob of one of our parts: the detector's settings come last in the chain, the autoencoder before it.
    private static void Rewrite(string path, string damage)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var blobs = zip.Entries.Where(e => e.Name == "model.mlvae").OrderBy(e => e.FullName, StringComparer.Ordinal).ToArray();
        var entry = damage.StartsWith("settings", StringComparison.Ordinal) ? blobs[^1] : blobs[0];
        using var memory = new MemoryStream();
        using (var old = entry.Open()) old.CopyTo(memory);
        byte[] content = memory.ToArray();
        if (damage == "settings cut") content = content[..(content.Length / 2)];
        else content[content.Length / 2] ^= 1;
        string name = entry.FullName;
        entry.Delete();
        if (damage == "model missing") return;
        using var renewed = zip.CreateEntry(name).Open();
        renewed.Write(content);
    }

    private sealed class Unsavable(ITransformer inner) : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IDataView Transform(IDataView input) => input;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx) => throw new IOException("There is not enough space on the disk.");
    }
}
