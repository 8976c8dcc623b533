namespace MLNetContract.Tests;

public class TransformTests
{
    private const float Tolerance = 1e-6f; // the sums run in one order here and in another there
    private readonly MLContext _ml = new(1);

    public sealed class Item
    {
        public float X;
        public string City;
        [VectorType(2)] public float[] V;
        public double Wide;
        public int Whole;
    }

    private IDataView Items() => _ml.Data.LoadFromEnumerable(new List<Item>
    {
        new() { X = 1, City = "b", V = [2, float.NaN], Wide = 1.25, Whole = 7 },
        new() { X = 5, City = "a", V = [-4, 0], Wide = -2.5, Whole = -7 },
        new() { X = 3, City = "b", V = [6, 8], Wide = 0, Whole = 0 },
        new() { X = -8, City = "", V = [0, 2], Wide = 4, Whole = 1 },
    });

    private IDataView Apply(IEstimator<ITransformer> estimator) => estimator.Fit(Items()).Transform(Items());

    private static void Close(IEnumerable<float> expected, IEnumerable<float> actual)
    {
        Assert.Equal(expected.Count(), actual.Count());
        Assert.All(expected.Zip(actual), p => Assert.True(Math.Abs(p.First - p.Second) <= Tolerance, $"expected {p.First}, got {p.Second}"));
    }

    [Fact]
    public void Min_max_keeps_zero_unless_told_otherwise()
    {
        Close([0.125f, 0.625f, 0.375f, -1], Apply(_ml.Transforms.NormalizeMinMax("X")).GetColumn<float>("X"));
        Close([9 / 13f, 1, 11 / 13f, 0], Apply(_ml.Transforms.NormalizeMinMax("Y", "X", fixZero: false)).GetColumn<float>("Y"));
        Close([0.2f, 1, 0.6f, -1.6f], Apply(_ml.Transforms.NormalizeMinMax("X", maximumExampleCount: 3)).GetColumn<float>("X"));
        Assert.Equal([[2 / 6f, float.NaN], [-4 / 6f, 0], [1, 1], [0, 0.25f]], Apply(_ml.Transforms.NormalizeMinMax("V")).GetColumn<float[]>("V"));
    }

    [Fact]
    public void Mean_variance_divides_by_the_root_mean_square_unless_told_otherwise()
    {
        float rms = MathF.Sqrt((1 + 25 + 9 + 64) / 4f), mean = 0.25f, sd = MathF.Sqrt((99 / 4f) - (mean * mean));
        Close(new[] { 1f, 5, 3, -8 }.Select(x => x / rms), Apply(_ml.Transforms.NormalizeMeanVariance("X")).GetColumn<float>("X"));
        Close(new[] { 1f, 5, 3, -8 }.Select(x => (x - mean) / sd), Apply(_ml.Transforms.NormalizeMeanVariance("X", fixZero: false)).GetColumn<float>("X"));
        float second = MathF.Sqrt((64 + 4) / 3f); // the row with NaN does not count
        Close([0, 8 / second, 2 / second], Apply(_ml.Transforms.NormalizeMeanVariance("V")).GetColumn<float[]>("V").Skip(1).Select(v => v[1]));
    }

    [Fact]
    public void Sparse_vectors_are_normalized_like_dense_ones()
    {
        var hot = _ml.Transforms.Categorical.OneHotEncoding("Hot", "City");
        var sparse = Apply(hot.Append(_ml.Transforms.NormalizeMeanVariance("N", "Hot", fixZero: false)));
        var dense = Apply(hot.Append(_ml.Transforms.Concatenate("D", "Hot", "X")).Append(_ml.Transforms.NormalizeMeanVariance("N", "D", fixZero: false)));
        Assert.Equal(dense.GetColumn<float[]>("N").Select(v => v[..2]), sparse.GetColumn<float[]>("N"));
        Close([1, -1 / MathF.Sqrt(3)], sparse.GetColumn<float[]>("N").First());
    }

    [Fact]
    public void Constant_columns_become_zero()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Item { X = 3, V = [1, 1] }, 4).ToList());
        foreach (var estimator in new IEstimator<ITransformer>[] { _ml.Transforms.NormalizeMinMax("X", fixZero: false), _ml.Transforms.NormalizeMeanVariance("X"), _ml.Transforms.NormalizeMinMax("X") })
            Assert.Equal([0f, 0, 0, 0], estimator.Fit(data).Transform(data).GetColumn<float>("X"));
    }

    [Fact]
    public void Normalizers_refuse_other_types()
    {
        Read.Throws<ArgumentOutOfRangeException>("Schema mismatch for input column 'City': expected vector or scalar of Single or Double, got String",
            () => _ml.Transforms.CopyColumns("N", "City").Append(_ml.Transforms.NormalizeMinMax("City")).Fit(Items()));
        Read.Throws<ArgumentOutOfRangeException>("Could not find input column 'Nope'", () => _ml.Transforms.CopyColumns("N", "X").Append(_ml.Transforms.NormalizeMinMax("Nope")).Fit(Items()));
    }

    [Fact]
    public void Normalized_columns_stand_behind_the_hidden_original()
    {
        var view = Apply(_ml.Transforms.NormalizeMinMax("V"));
        Assert.Equal(["X", "City", "V", "V", "Wide", "Whole"], view.Schema.Select(c => c.Name));
        Assert.True(view.Schema[2].IsHidden);
        Assert.True(view.Schema["V"].IsNormalized());
    }

    [Fact]
    public void One_hot_numbers_by_occurrence()
    {
        var view = Apply(_ml.Transforms.Categorical.OneHotEncoding("Hot", "City"));
        Assert.Equal("Vector<Single, 2>", view.Schema["Hot"].Type.ToString());
        Assert.Equal("b|a", Read.SlotNames(view.Schema["Hot"]));
        Assert.Equal([[1f, 0], [0, 1], [1, 0], [0, 0]], view.GetColumn<float[]>("Hot"));
        Assert.True(view.Schema["Hot"].IsNormalized());
        var unseen = _ml.Transforms.Categorical.OneHotEncoding("Hot", "City").Fit(_ml.Data.LoadFromEnumerable(new[] { new Item { City = "b", V = [0, 0] } })).Transform(Items());
        Assert.Equal([1f, 0, 1, 0], unseen.GetColumn<float[]>("Hot").Select(v => v[0]));
    }

    [Fact]
    public void One_hot_of_several_columns()
    {
        var view = Apply(_ml.Transforms.Categorical.OneHotEncoding([new("C", "City"), new("D", "City")]));
        Assert.Equal(2, view.GetColumn<float[]>("C").First().Length);
        Assert.Equal(view.GetColumn<float[]>("C"), view.GetColumn<float[]>("D"));
    }

    [Fact]
    public void Keys_by_occurrence()
    {
        var view = Apply(_ml.Transforms.Conversion.MapValueToKey("K", "City"));
        Assert.Equal("Key<UInt32, 0-1>", view.Schema["K"].Type.ToString());
        Assert.Equal([1u, 2, 1, 0], view.GetColumn<uint>("K"));
        VBuffer<ReadOnlyMemory<char>> values = default;
        view.Schema["K"].GetKeyValues(ref values);
        Assert.Equal("b,a", string.Join(',', values.DenseValues()));
    }

    [Fact]
    public void Concatenation_names_slots_after_columns()
    {
        var view = Apply(_ml.Transforms.Categorical.OneHotEncoding("Hot", "City").Append(_ml.Transforms.Concatenate("F", "X", "V", "Hot")));
        Assert.Equal("Vector<Single, 5>", view.Schema["F"].Type.ToString());
        Assert.Equal("X|||Hot.b|Hot.a", Read.SlotNames(view.Schema["F"]));
        Assert.Equal([5f, -4, 0, 0, 1], view.GetColumn<float[]>("F").ElementAt(1));
        Assert.False(view.Schema["F"].IsNormalized());
        Assert.IsType<ColumnConcatenatingTransformer>(_ml.Transforms.Concatenate("F", "X").Fit(Items()));
    }

    [Fact]
    public void Concatenation_refuses_mixed_types_and_missing_columns()
    {
        Read.Throws<InvalidOperationException>("Column 'Wide' has type of Double, but expected column type is Single", () => _ml.Transforms.CopyColumns("N", "X").Append(_ml.Transforms.Concatenate("F", "X", "Wide")).Fit(Items()));
        Read.Throws<ArgumentOutOfRangeException>("Schema mismatch for input column 'Wide': expected Single, got Double", () => Apply(_ml.Transforms.Concatenate("F", "X", "Wide")));
        Read.Throws<ArgumentOutOfRangeException>("Could not find input column 'Nope'", () => Apply(_ml.Transforms.Concatenate("F", "X", "Nope")));
        Read.Throws<ArgumentOutOfRangeException>("Input columns not specified", () => _ml.Transforms.Concatenate("F"));
    }
}
