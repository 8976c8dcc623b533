namespace MLNetContract.Tests;

public sealed class TextLoaderTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private IDataView Load(string text, TextLoader.Options options)
    {
        File.WriteAllText(_path, text);
        return _ml.Data.LoadFromTextFile(_path, options);
    }

    public sealed class Typed
    {
        [LoadColumn(0)] public string Name;
        [LoadColumn(1, 2)] public float[] Features;
        [LoadColumn(3), ColumnName("Class")] public bool IsAnomaly;
    }

    [Fact]
    public void QuotesHeaderAndSlotNames()
    {
        File.WriteAllText(_path, "name,f1,f2,class\n\"a,\"\"b\"\"\",1.5,-2e3,true\n plain , 3 ,4,0\n");
        var data = _ml.Data.LoadFromTextFile<Typed>(_path, ',', hasHeader: true, allowQuoting: true);
        Assert.Equal(["a,\"b\"", "plain "], data.GetColumn<string>("Name"));
        Assert.Equal([[1.5f, -2000f], [3f, 4f]], data.GetColumn<float[]>("Features"));
        Assert.Equal([true, false], data.GetColumn<bool>("Class"));
        Assert.False(data.Schema["Features"].HasSlotNames()); // the header is read by the overloads with options or with a sample only
        Assert.Null(data.GetRowCount());
        Assert.False(data.CanShuffle);
    }

    [Fact]
    public void SlotNamesComeFromTheHeaderOfASample()
    {
        var data = Load("id,f1,f2\n1,2,3\n", new() { Separators = [','], HasHeader = true, Columns = [new("F", DataKind.Single, 1, 2)] });
        Assert.Equal("f1|f2", Read.SlotNames(data.Schema["F"]));
        var loader = _ml.Data.CreateTextLoader<Typed>(',', hasHeader: true, dataSample: new MultiFileSource(_path));
        Assert.Equal("f1|f2", Read.SlotNames(loader.GetOutputSchema()["Features"]));
    }

    [Fact]
    public void MissingAndBadNumbers()
    {
        TextLoader.Options Options(bool nan) => new()
        {
            Separators = [','],
            MissingRealsAsNaNs = nan,
            Columns = [new("X", DataKind.Single, 0), new("Y", DataKind.Double, 1)],
        };
        const string text = "1,2\n,\nNaN,?\nabc,1e400\n5\n";
        Assert.Equal([1f, 0, float.NaN, float.NaN, 5], Load(text, Options(false)).GetColumn<float>("X"));
        Assert.Equal([2d, 0, double.NaN, double.PositiveInfinity, 0], Load(text, Options(false)).GetColumn<double>("Y"));
        Assert.Equal([1f, float.NaN, float.NaN, float.NaN, 5], Load(text, Options(true)).GetColumn<float>("X"));
        Assert.Equal(double.NaN, Load(text, Options(true)).GetColumn<double>("Y").Last());
    }

    [Fact]
    public void TextInAnIntegerColumnThrowsOnlyWhenRead()
    {
        var data = Load("1,x\n2,3\n", new() { Separators = [','], Columns = [new("A", DataKind.Int32, 0), new("B", DataKind.Int32, 1)] });
        Assert.Equal([1, 2], data.GetColumn<int>("A"));
        Read.Throws<FormatException>("Parsing failed with an exception: Could not parse value x in line 1, column B", () => _ = data.GetColumn<int>("B").ToList());
    }

    [Fact]
    public void LoaderBindsBeforeTheFileIsRead()
    {
        File.WriteAllText(_path, "1\t2\t3\n\n4\t5\t6\n");
        var loader = _ml.Data.CreateTextLoader([new TextLoader.Column("X", DataKind.Single, 0), new TextLoader.Column("F", DataKind.Single, 1, 2)]);
        Assert.Equal("Vector<Single, 2>", loader.GetOutputSchema()["F"].Type.ToString());
        var data = loader.Load(_path);
        Assert.Equal([1f, 4f], data.GetColumn<float>("X"));
        Assert.Equal([[2f, 3f], [5f, 6f]], data.GetColumn<float[]>("F"));
        using var cursor = data.GetRowCursor([data.Schema["X"]]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(data.Schema["F"]));
    }

    [Fact]
    public void OpenRangesTakeTheRestOfTheLine()
    {
        var data = Load("1;2;3\n4;5;6\n", new() { Separators = [';'], Columns = [new("F", DataKind.Single, [new TextLoader.Range(1, null)])] });
        Assert.Equal([[2f, 3f], [5f, 6f]], data.GetColumn<float[]>("F"));
    }

    [Fact]
    public void MissingFilesAreRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), "there-is-no-such-file.csv");
        Read.Throws<ArgumentOutOfRangeException>("File or directory does not exist at path: ", () => _ml.Data.LoadFromTextFile<Typed>(path));
        Read.Throws<InvalidOperationException>("is missing the LoadColumnAttribute attribute", () => _ml.Data.LoadFromTextFile<Scored>(_path));
    }
}
