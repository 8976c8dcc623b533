namespace MLNetContract.Tests;

/// <summary>Rows from objects, with a schema that says what the class cannot: sizes of vectors, slot names.</summary>
public class GivenSchemaTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_schema_gives_members_size_and_slot_names()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> names) => names = new VBuffer<ReadOnlyMemory<char>>(2, ["x".AsMemory(), "y".AsMemory()]));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Values", new VectorDataViewType(NumberDataViewType.Single, 2), annotations.ToAnnotations());
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i => new Sized { Id = i, Values = [i, -i] }), builder.ToSchema());
        Assert.Equal(["Id", "Values"], view.Schema.Select(c => c.Name).Order());
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), view.Schema["Values"].Type);
        Assert.Equal("x|y", Read.SlotNames(view.Schema["Values"]));
        Assert.Equal([0, 0, 1, -1, 2, -2], view.GetColumn<float[]>("Values").SelectMany(v => v));
        Assert.Equal([0, 1, 2], view.GetColumn<long>("Id"));
    }

    [Fact]
    public void A_column_without_a_member_is_refused()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Other", NumberDataViewType.Single);
        Read.Throws<InvalidOperationException>("Type should contain a member named Other", () => _ml.Data.LoadFromEnumerable(new List<Sized>(), builder.ToSchema()));
    }

    internal sealed class Sized
    {
        public long Id;
        public float[] Values;
    }
}
