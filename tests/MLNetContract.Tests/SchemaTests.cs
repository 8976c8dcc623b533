namespace MLNetContract.Tests;

public class SchemaTests
{
    [Fact]
    public void Members_become_columns_fields_first()
    {
        var schema = new MLContext().Data.LoadFromEnumerable(Row.Make(1)).Schema;
        string[] expected = ["A: Single", "B: Single", "Text: String", "Flag: Boolean", "Id: Int64", "Unknown: Vector<Single>", "Wide: Double", "Known: Vector<Single, 2>"];
        Assert.Equal(expected, schema.Select(c => c.ToString()));
    }

    [Fact]
    public void Types_are_compared_by_value()
    {
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), new VectorDataViewType(NumberDataViewType.Single, 2));
        Assert.NotEqual(new VectorDataViewType(NumberDataViewType.Single, 2), new VectorDataViewType(NumberDataViewType.Single, 3));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3));
        Assert.Equal("Key<UInt32, 0-2>", new KeyDataViewType(typeof(uint), 3).ToString());
        Assert.Equal("Vector<String, 2, 3>", new VectorDataViewType(TextDataViewType.Instance, 2, 3).ToString());
        Assert.False(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, -1));
    }

    [Fact]
    public void Later_columns_hide_earlier_ones_of_the_same_name()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("X", NumberDataViewType.Single);
        builder.AddColumn("X", TextDataViewType.Instance);
        var schema = builder.ToSchema();
        Assert.True(schema[0].IsHidden);
        Assert.Equal(1, schema["X"].Index);
        Assert.Null(schema.GetColumnOrNull("Y"));
        Read.Throws<ArgumentOutOfRangeException>("Column 'Y' not found", () => _ = schema["Y"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = schema[2]);
    }

    [Fact]
    public void Annotations_keep_values()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Threshold", NumberDataViewType.Single, 2.5f);
        builder.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, 2),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(2, ["a".AsMemory(), "b".AsMemory()]));
        var annotations = builder.ToAnnotations();
        var columns = new DataViewSchema.Builder();
        columns.AddColumn("X", new VectorDataViewType(NumberDataViewType.Single, 2), annotations);
        var column = columns.ToSchema()["X"];
        float threshold = 0;
        column.Annotations.GetValue("Threshold", ref threshold);
        Assert.Equal(2.5f, threshold);
        Assert.True(column.HasSlotNames());
        Assert.Equal("a|b", Read.SlotNames(column));
        Assert.Equal("X: Vector<Single, 2> {Threshold, SlotNames}", column.ToString());
        Read.Throws<InvalidOperationException>("Invalid call to 'GetValue'", () => column.Annotations.GetValue("Nothing", ref threshold));
        double wrong = 0;
        Read.Throws<InvalidOperationException>("Invalid call to 'GetGetter'", () => column.Annotations.GetValue("Threshold", ref wrong));
        Assert.Throws<ArgumentException>(() => builder.AddPrimitiveValue("Bad", NumberDataViewType.Single, 1.0));
    }

    [Fact]
    public void Vectors_are_dense_or_sparse()
    {
        var sparse = new VBuffer<float>(5, 2, [3f, 4f], [1, 4]);
        Assert.False(sparse.IsDense);
        Assert.Equal([0f, 3, 0, 0, 4], sparse.DenseValues());
        Assert.Equal(4f, sparse.GetItemOrDefault(4));
        Assert.Equal(0f, sparse.GetItemOrDefault(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => sparse.GetItemOrDefault(5));
        VBuffer<float> copy = default;
        sparse.CopyTo(ref copy);
        Assert.Equal(2, copy.GetValues().Length);
        sparse.CopyToDense(ref copy);
        Assert.True(copy.IsDense);
        Assert.Equal(5, copy.GetValues().Length);
        var editor = VBufferEditor.Create(ref copy, 4, 1);
        editor.Values[0] = 9;
        editor.Indices[0] = 3;
        Assert.Equal([0f, 0, 0, 9], editor.Commit().DenseValues());
    }
}
