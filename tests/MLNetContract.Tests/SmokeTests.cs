namespace MLNetContract.Tests;

public sealed class Row
{
    public float A, B;
    [VectorType(2)] public float[] V { get; set; }
    public string Text;
    public bool Flag;
    public float Label;
}

public class SmokeTests
{
    [Fact]
    public void ConcatenateNormaliseSaveLoadPredict()
    {
        var ml = new MLContext(1);
        var rows = Enumerable.Range(0, 10).Select(i => new Row { A = i, B = -i, V = [i, 2 * i], Text = i % 2 == 0 ? "x" : "y", Label = i > 7 ? 1 : 0 }).ToList();
        var data = ml.Data.LoadFromEnumerable(rows);
        var model = ml.Transforms.Categorical.OneHotEncoding("Hot", "Text")
            .Append(ml.Transforms.Concatenate("Features", "A", "B", "V", "Hot"))
            .Append(ml.Transforms.NormalizeMinMax("Features")).AppendCacheCheckpoint(ml)
            .Append(ml.Transforms.CopyColumns("Score", "A")).Append(ml.Transforms.CopyColumns("PredictedLabel", "Flag")).Fit(data);
        var view = model.Transform(data);
        Assert.Equal("Vector<Single, 6>", view.Schema["Features"].Type.ToString());
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].GetSlotNames(ref names);
        Assert.Equal("A|B|||Hot.x|Hot.y", string.Join('|', names.DenseValues()));
        Assert.Equal(1, ml.AnomalyDetection.Evaluate(view).AreaUnderRocCurve);
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        var loaded = new MLContext().Model.Load(file, out var schema);
        Assert.Equal(data.Schema.Select(c => c.ToString()), schema.Select(c => c.ToString()));
        Assert.Equal(view.GetColumn<float[]>("Features"), loaded.Transform(data).GetColumn<float[]>("Features"));
    }
}
