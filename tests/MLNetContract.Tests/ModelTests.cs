namespace MLNetContract.Tests;

public class ModelTests
{
    private readonly MLContext _ml = new(1);

    public sealed class Answer
    {
        public float[] F { get; set; }
        public string Text;
        public float Absent;
    }

    private (IDataView Data, ITransformer Model) Fitted()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(9));
        var chain = _ml.Transforms.Categorical.OneHotEncoding("Hot", "Text")
            .Append(_ml.Transforms.Concatenate("F", "A", "Known", "Hot")).Append(_ml.Transforms.NormalizeMeanVariance("F", fixZero: false))
            .Append(_ml.Transforms.CopyColumns("Copy", "Id")).Append(_ml.Transforms.NormalizeMinMax("B"));
        return (data, chain.Fit(data));
    }

    [Fact]
    public void Loaded_models_compute_the_same()
    {
        var (data, model) = Fitted();
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        var loaded = new MLContext().Model.Load(file, out var schema);
        Assert.Equal(data.Schema.Select(c => c.ToString()), schema.Select(c => c.ToString()));
        var before = model.Transform(data);
        var after = loaded.Transform(data);
        Assert.Equal(before.Schema.Select(c => c.ToString()), after.Schema.Select(c => c.ToString()));
        Assert.Equal(Read.SlotNames(before.Schema["F"]), Read.SlotNames(after.Schema["F"]));
        Assert.Equal(before.GetColumn<float[]>("F"), after.GetColumn<float[]>("F"));
        Assert.IsType<TransformerChain<ITransformer>>(loaded);
    }

    [Fact]
    public void Files_have_one_folder_per_part()
    {
        var (data, model) = Fitted();
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        using var zip = new System.IO.Compression.ZipArchive(file);
        var names = zip.Entries.Select(e => e.FullName.Replace('\\', '/')).ToArray();
        Assert.Contains("Schema", names);
        Assert.Contains("TransformerChain/Model.key", names);
        Assert.Contains("TransformerChain/Transform_001/Model.key", names);
        Assert.Contains("TransformerChain/Transform_000/Transform_001/Model.key", names);
    }

    [Fact]
    public void Schema_is_optional()
    {
        var (_, model) = Fitted();
        using var file = new MemoryStream();
        _ml.Model.Save(model, null, file);
        Assert.NotNull(_ml.Model.Load(file, out var schema));
        Assert.Null(schema);
    }

    [Fact]
    public void Damaged_files_are_refused()
    {
        var (data, model) = Fitted();
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        Read.Throws<FormatException>("Failed to open a zip archive", () => _ml.Model.Load(new MemoryStream(file.ToArray()[..(int)(file.Length / 2)]), out _));
        Read.Throws<FormatException>("Failed to open a zip archive", () => _ml.Model.Load(new MemoryStream([1, 2, 3, 4]), out _));
        Assert.Throws<FileNotFoundException>(() => _ml.Model.Load(Path.Combine(Path.GetTempPath(), "there-is-no-such-model.zip"), out _));
        using var otherZip = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(otherZip, System.IO.Compression.ZipArchiveMode.Create, true)) zip.CreateEntry("readme.txt").Open().Dispose();
        Read.Throws<InvalidOperationException>("Could not load legacy format model", () => _ml.Model.Load(otherZip, out _));
    }

    [Fact]
    public void Cut_parts_are_refused()
    {
        var (data, model) = Fitted();
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        using (var zip = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Update, true))
        {
            var part = zip.Entries.Single(e => e.FullName.Replace('\\', '/') == "TransformerChain/Model.key");
            using var content = part.Open();
            content.SetLength(content.Length / 2);
        }
        Assert.Throws<FormatException>(() => _ml.Model.Load(file, out _));
    }

    [Fact]
    public void Engine_predicts_what_the_view_holds()
    {
        var (data, model) = Fitted();
        var rows = Row.Make(9);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Answer>(model);
        var expected = model.Transform(data).GetColumn<float[]>("F").ToArray();
        Answer reused = null;
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal(expected[i], engine.Predict(rows[i]).F);
            engine.Predict(rows[i], ref reused);
            Assert.Equal(expected[i], reused.F);
            Assert.Equal(rows[i].Text, reused.Text);
        }
        Assert.Equal("F", engine.OutputSchema["F"].Name);
        Assert.Throws<ArgumentNullException>(() => engine.Predict(null));
    }

    [Fact]
    public void Engine_refuses_missing_and_mistyped_members()
    {
        var (_, model) = Fitted();
        Read.Throws<ArgumentOutOfRangeException>("Could not find  column 'Absent'", () => _ml.Model.CreatePredictionEngine<Row, Answer>(model, ignoreMissingColumns: false));
        Read.Throws<InvalidOperationException>("Can't bind the IDataView column 'A' of type 'Single' to field or property 'A' of type 'System.String'.", () => _ml.Model.CreatePredictionEngine<Row, Mistyped>(model));
        Read.Throws<ArgumentOutOfRangeException>("Could not find input column", () => _ml.Model.CreatePredictionEngine<Scored, Answer>(model));
    }

    public sealed class Mistyped
    {
        public string A;
    }

    [Fact]
    public void Objects_come_back_from_views()
    {
        var (data, model) = Fitted();
        var view = model.Transform(data);
        var objects = _ml.Data.CreateEnumerable<Answer>(view, reuseRowObject: false, ignoreMissingColumns: true).ToList();
        Assert.Equal(view.GetColumn<float[]>("F"), objects.Select(o => o.F));
        Assert.Single(_ml.Data.CreateEnumerable<Answer>(view, reuseRowObject: true, ignoreMissingColumns: true).Distinct());
        Read.Throws<ArgumentOutOfRangeException>("Could not find  column 'Absent'", () => _ml.Data.CreateEnumerable<Answer>(view, false));
    }
}
