namespace MLNetContract.Tests;

public sealed class TextLoaderTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private IDataView Load(string text, TextLoader.Options options)
    {
        File.WriteAllText(_path, text);
        return _ml.Data.CreateTextLoader(options).Load(_path);
    }

    [Fact]
    public void Quotes_and_header()
    {
        TextLoader.Column[] columns = [new("Name", DataKind.String, 0), new("X", DataKind.Single, 1), new("Y", DataKind.Single, 2), new("Class", DataKind.Boolean, 3)];
        var data = Load("name,f1,f2,class\n\"a,\"\"b\"\"\",1.5,-2e3,true\n plain , 3 ,4,0\n", new() { Separators = [','], HasHeader = true, AllowQuoting = true, Columns = columns });
        Assert.Equal(["a,\"b\"", "plain "], data.GetColumn<string>("Name"));
        Assert.Equal([1.5f, 3f], data.GetColumn<float>("X"));
        Assert.Equal([-2000f, 4f], data.GetColumn<float>("Y"));
        Assert.Equal([true, false], data.GetColumn<bool>("Class"));
        Assert.Null(data.GetRowCount());
        Assert.False(data.CanShuffle);
    }

    public sealed class Typed
    {
        [LoadColumn(1)] public string Name;
        [LoadColumn(0)] public float Value { get; set; }
    }

    public sealed class Renamed
    {
        [LoadColumn(0), ColumnName("the value")] public float Value { get; set; }
    }

    [Fact]
    public void A_member_may_bear_another_columns_name()
    {
        File.WriteAllText(_path, "1.5\n2.5\n");
        var data = _ml.Data.LoadFromTextFile<Renamed>(_path, ',');
        Assert.Equal("the value", Assert.Single(data.Schema).Name);
        Assert.Equal([1.5f, 2.5f], _ml.Data.CreateEnumerable<Renamed>(data, reuseRowObject: false).Select(r => r.Value));
        Assert.Equal("the value", Assert.Single(_ml.Data.LoadFromEnumerable([new Renamed { Value = 3 }]).Schema).Name);
    }

    [Fact]
    public void Members_name_their_fields()
    {
        File.WriteAllText(_path, "1.5,a\n2.5,\"b,c\"\n");
        var data = _ml.Data.LoadFromTextFile<Typed>(_path, ',', allowQuoting: true);
        Assert.Equal(["Name: String", "Value: Single"], data.Schema.Select(c => c.ToString()));
        Assert.Equal(["a", "b,c"], data.GetColumn<string>("Name"));
        Assert.Equal([1.5f, 2.5f], data.GetColumn<float>("Value"));
        string path = Path.Combine(Path.GetTempPath(), "there-is-no-such-file.csv");
        Read.Throws<ArgumentOutOfRangeException>("File or directory does not exist at path: ", () => _ml.Data.LoadFromTextFile<Typed>(path));
        Read.Throws<InvalidOperationException>("is missing the LoadColumnAttribute attribute", () => _ml.Data.LoadFromTextFile<Scored>(_path));
    }

    [Fact]
    public void Missing_and_bad_numbers()
    {
        var data = Load("1,2\n,\nNaN,?\nabc,1e400\n5\n", new() { Separators = [','], Columns = [new("X", DataKind.Single, 0), new("Y", DataKind.Double, 1)] });
        Assert.Equal([1f, 0, float.NaN, float.NaN, 5], data.GetColumn<float>("X"));
        Assert.Equal([2d, 0, double.NaN, double.PositiveInfinity, 0], data.GetColumn<double>("Y"));
    }

    [Fact]
    public void Text_in_an_integer_column_throws_only_when_read()
    {
        var data = Load("1,x\n2,3\n", new() { Separators = [','], Columns = [new("A", DataKind.Int32, 0), new("B", DataKind.Int32, 1)] });
        Assert.Equal([1, 2], data.GetColumn<int>("A"));
        Read.Throws<FormatException>("Parsing failed with an exception: Could not parse value x in line 1, column B", () => _ = data.GetColumn<int>("B").ToList());
    }

    [Fact]
    public void Loader_binds_before_the_file_is_read()
    {
        File.WriteAllText(_path, "1\t2\n\n4\t5\n");
        var loader = _ml.Data.CreateTextLoader([new TextLoader.Column("X", DataKind.Single, 0), new TextLoader.Column("Id", DataKind.Int64, 1)]);
        Assert.Equal("Id: Int64", loader.GetOutputSchema()["Id"].ToString());
        var data = loader.Load(_path);
        Assert.Equal([1f, 4f], data.GetColumn<float>("X"));
        Assert.Equal([2L, 5], data.GetColumn<long>("Id"));
        using var cursor = data.GetRowCursor([data.Schema["X"]]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(data.Schema["Id"]));
    }
}
