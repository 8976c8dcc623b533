namespace MLNetContract.Tests;

public class CursorTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Objects_stream_and_lists_know_their_length()
    {
        var list = _ml.Data.LoadFromEnumerable(Row.Make(5));
        Assert.Equal(5, list.GetRowCount());
        Assert.False(list.CanShuffle);
        var sequence = _ml.Data.LoadFromEnumerable(Row.Make(5).Where(r => r.A > 1));
        Assert.Null(sequence.GetRowCount());
        Assert.False(sequence.CanShuffle);
        Assert.Equal([2f, 3, 4], sequence.GetColumn<float>("A"));
    }

    [Fact]
    public void Rows_are_read_only_when_asked_for()
    {
        int read = 0;
        var data = _ml.Data.LoadFromEnumerable(Row.Make(100).Select(r =>
        {
            read++;
            return r;
        }));
        var mapped = _ml.Transforms.CopyColumns("C", "A").Fit(data).Transform(data);
        Assert.Equal(0, read);
        // Mapped views may read ahead on other threads; the source itself reads row by row.
        using var cursor = data.GetRowCursor([data.Schema["A"]]);
        Assert.True(cursor.MoveNext());
        Assert.Equal(1, read);
    }

    [Fact]
    public void Position_starts_before_the_first_row_and_ends_behind_the_last()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(2));
        using var cursor = data.GetRowCursor([data.Schema["A"]]);
        var getter = cursor.GetGetter<float>(data.Schema["A"]);
        float value = -1;
        Assert.Equal(-1, cursor.Position);
        Assert.ThrowsAny<Exception>(() => getter(ref value));
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.True(cursor.MoveNext());
        getter(ref value);
        Assert.Equal(1f, value);
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Inactive_columns_have_no_getter()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(2));
        using (var cursor = data.GetRowCursor([data.Schema["A"]]))
        {
            Assert.True(cursor.IsColumnActive(data.Schema["A"]));
            Assert.False(cursor.IsColumnActive(data.Schema["B"]));
            Read.Throws<ArgumentOutOfRangeException>("requested column not active", () => cursor.GetGetter<float>(data.Schema["B"]));
            Read.Throws<InvalidOperationException>("expected type: 'System.Single'", () => cursor.GetGetter<double>(data.Schema["A"]));
        }
        var mapped = _ml.Transforms.CopyColumns("C", "A").Fit(data).Transform(data);
        using (var cursor = mapped.GetRowCursor([mapped.Schema["C"]]))
        {
            // The type depends on whether the cursor consolidates several: InvalidOperationException or ArgumentOutOfRangeException.
            Assert.ThrowsAny<Exception>(() => cursor.GetGetter<float>(mapped.Schema["A"]));
            Read.Throws<InvalidOperationException>("Invalid TValue", () => cursor.GetGetter<double>(mapped.Schema["C"]));
        }
        var cached = _ml.Data.Cache(data);
        using (var cursor = cached.GetRowCursor([cached.Schema["A"]]))
            Read.Throws<ArgumentOutOfRangeException>("requested column not active", () => cursor.GetGetter<float>(cached.Schema["B"]));
    }

    [Fact]
    public void Row_ids_survive_shuffling()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(50));
        var shuffled = _ml.Data.ShuffleRows(data, seed: 3);
        var order = shuffled.GetColumn<float>("A").ToArray();
        Assert.NotEqual(data.GetColumn<float>("A"), order);
        Assert.Equal(Enumerable.Range(0, 50), order.Order().Select(x => (int)x));
        using var cursor = shuffled.GetRowCursor([shuffled.Schema["Id"]]);
        var idGetter = cursor.GetIdGetter();
        var getter = cursor.GetGetter<long>(shuffled.Schema["Id"]);
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            long value = 0;
            idGetter(ref id);
            getter(ref value);
            Assert.Equal((ulong)value, id.Low);
        }
    }

    [Fact]
    public void Cursor_sets_hold_every_row_once()
    {
        var cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Row.Make(1000)));
        var mapped = _ml.Transforms.Concatenate("F", "A", "B").Fit(cached).Transform(cached);
        var seen = new List<float>();
        foreach (var cursor in mapped.GetRowCursorSet([mapped.Schema["F"]], 4))
        {
            using (cursor)
            {
                var getter = cursor.GetGetter<VBuffer<float>>(mapped.Schema["F"]);
                VBuffer<float> value = default;
                long batch = -1;
                while (cursor.MoveNext())
                {
                    Assert.True(cursor.Batch >= batch);
                    batch = cursor.Batch;
                    getter(ref value);
                    seen.Add(value.GetItemOrDefault(0));
                }
            }
        }
        Assert.Equal(Enumerable.Range(0, 1000), seen.Order().Select(x => (int)x));
    }

    [Fact]
    public void Cache_reads_the_source_once()
    {
        int passes = 0;
        IEnumerable<Row> Rows()
        {
            passes++;
            foreach (var row in Row.Make(10)) yield return row;
        }
        var cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Rows()), "A");
        for (int i = 0; i < 3; i++) Assert.Equal(45f, cached.GetColumn<float>("A").Sum());
        Assert.True(cached.CanShuffle);
        Assert.InRange(passes, 1, 2);
        Read.Throws<ArgumentOutOfRangeException>("Could not find prefetch column 'Nope'", () => _ml.Data.Cache(cached, "Nope"));
    }

    [Fact]
    public void Filters()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(10));
        Assert.Equal([2f, 3], _ml.Data.FilterRowsByColumn(data, "A", 2, 4).GetColumn<float>("A"));
        Read.Throws<ArgumentOutOfRangeException>("Column 'Nope' not found", () => _ml.Data.FilterRowsByColumn(data, "Nope", 0));
        Read.Throws<ArgumentOutOfRangeException>("Schema mismatch for filter column 'Text': expected number, got String", () => _ml.Data.FilterRowsByColumn(data, "Text", 0));
    }

    [Fact]
    public void Splits_are_partitions_and_repeat()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(400));
        var split = _ml.Data.TrainTestSplit(data, 0.25, seed: 7);
        var train = split.TrainSet.GetColumn<float>("A").ToArray();
        var test = split.TestSet.GetColumn<float>("A").ToArray();
        Assert.Equal(Enumerable.Range(0, 400), train.Concat(test).Order().Select(x => (int)x));
        Assert.InRange(test.Length, 60, 140);
        Assert.Equal(test, split.TestSet.GetColumn<float>("A"));
        Assert.Equal(test, new MLContext().Data.TrainTestSplit(data, 0.25, seed: 7).TestSet.GetColumn<float>("A"));
        Assert.Equal(data.Schema.Select(c => c.Name), split.TrainSet.Schema.Select(c => c.Name));
        Read.Throws<ArgumentOutOfRangeException>("Must be between 0 and 1 exclusive", () => _ml.Data.TrainTestSplit(data, 1));
    }

    [Fact]
    public void Preview_and_columns_as_arrays()
    {
        var data = _ml.Data.LoadFromEnumerable(Row.Make(4));
        var preview = data.Preview(2);
        Assert.Equal(2, preview.RowView.Length);
        Assert.Equal("Text", preview.RowView[0].Values[2].Key);
        Assert.Equal([1f, 2f], data.GetColumn<float[]>("Known").ElementAt(1));
        Assert.Equal(["zebra", "ant", "", "zebra"], data.GetColumn<string>("Text"));
        Read.Throws<ArgumentOutOfRangeException>("Column 'Nope' not found", () => data.GetColumn<float>("Nope"));
        Assert.ThrowsAny<Exception>(() => _ = data.GetColumn<double>("A").ToList());
    }
}
