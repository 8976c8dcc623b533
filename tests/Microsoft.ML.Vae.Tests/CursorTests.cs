namespace Microsoft.ML.Vae.Tests;

/// <summary>Our views behave as ML.NET's own: over every kind of source, alone, in sets and shuffled.</summary>
public sealed class CursorTests
{
    private const int Rows = 3000;

    private static readonly string[] Columns = ["Id", "Score"];

    public static TheoryData<string> Sources { get; } = ["text", "cached text", "enumerable", "cached enumerable"];

    [Theory, MemberData(nameof(Sources))]
    public void Sets_read_from_many_threads_give_the_same_rows(string source) => WithView(source, view =>
    {
        var cursors = view.GetRowCursorSet(Columns.Select(c => view.Schema[c]), 4);
        var tasks = cursors.Select(c => Task.Run(() => Collect(c))).ToArray();
        Task.WaitAll(tasks);
        Assert.Equal(Collect(Cursor(view)), Merge(tasks.Select(t => t.Result)));
    });

    [Theory, MemberData(nameof(Sources))]
    public void Sets_read_round_robin_on_one_thread_give_the_same_rows(string source) => WithView(source, view =>
    {
        var all = new SortedDictionary<(ulong, ulong), string>();
        var open = view.GetRowCursorSet(Columns.Select(c => view.Schema[c]), 4).Select(c => (Cursor: c, Add: Collector(c, all), LastBatch: new long[1])).ToList();
        while (open.Count > 0)
            foreach (var (cursor, add, lastBatch) in open.ToArray())
            {
                if (!cursor.MoveNext())
                {
                    cursor.Dispose();
                    open.RemoveAll(o => o.Cursor == cursor);
                    continue;
                }
                add();
                Assert.True(cursor.Batch >= lastBatch[0]);
                lastBatch[0] = cursor.Batch;
            }
        Assert.Equal(Collect(Cursor(view)), all);
    });

    [Theory, MemberData(nameof(Sources))]
    public void Shuffling_keeps_ids_and_values_together(string source) => WithView(source, view =>
    {
        var shuffled = Fitted.ML.Data.ShuffleRows(view, seed: 3);
        Assert.NotEqual(Values.Of(view, "Id"), Values.Of(shuffled, "Id"));
        Assert.Equal(Collect(Cursor(view)), Collect(Cursor(shuffled)));
    });

    [Fact]
    public void A_random_stream_shuffles_where_the_source_can()
    {
        var view = Fitted.Model("AllInOne").Transform(Fitted.ML.Data.Cache(Fitted.Data));
        Assert.True(view.CanShuffle);
        DataViewRowCursor Shuffled() => view.GetRowCursor(Columns.Select(c => view.Schema[c]), new Random(5));
        Assert.Equal(Collect(Cursor(view)), Collect(Shuffled()));
        using var cursor = Shuffled();
        var read = Values.Reader(cursor, view.Schema["Id"]);
        var ids = new List<string>();
        while (cursor.MoveNext()) ids.Add(read());
        Assert.NotEqual(Values.Of(view, "Id"), ids);
    }

    [Theory]
    [InlineData("Score")]
    [InlineData("Id")]
    public void Positions_count_from_minus_one_to_the_end_and_back(string column)
    {
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        Assert.Equal(-1, cursor.Position);
        for (int row = 0; row < Fitted.Rows; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row, cursor.Position);
        }
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Misuse_of_a_cursor_fails_as_in_ML_NET()
    {
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        using var cursor = view.GetRowCursor([view.Schema["Score"]]);
        Assert.True(cursor.IsColumnActive(view.Schema["Score"]));
        Assert.False(cursor.IsColumnActive(view.Schema["A"]));
        Assert.Contains("not active", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["A"])).Message, StringComparison.Ordinal);
        Assert.Contains("expected type", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(view.Schema["Score"])).Message, StringComparison.Ordinal);
        var score = cursor.GetGetter<float>(view.Schema["Score"]);
        float value = 0;
        Assert.Throws<InvalidOperationException>(() => score(ref value));
        while (cursor.MoveNext()) score(ref value);
        Assert.Throws<InvalidOperationException>(() => score(ref value));
    }

    [Fact]
    public void A_disposed_cursor_is_at_its_end()
    {
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        var cursor = view.GetRowCursor([view.Schema["Score"]]);
        Assert.True(cursor.MoveNext());
        cursor.Dispose();
        cursor.Dispose();
        Assert.False(cursor.MoveNext());
    }

    /// <summary>Merging cursors of a set relies on it.</summary>
    [Fact]
    public void A_row_keeps_the_batch_of_its_input()
    {
        var source = new WatchedRows(400);
        using var cursor = Fitted.Vae.Transform(source).GetRowCursor([.. Fitted.Vae.GetOutputSchema(source.Schema).Where(c => c.Name == "Loss")]);
        for (int row = 0; row < 400; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row / WatchedRows.BatchRows, cursor.Batch);
        }
    }

    /// <summary>Batched, passed through, and one row at a time.</summary>
    [Fact]
    public void Whoever_is_disposed_disposes_its_input()
    {
        var source = new WatchedRows(10);
        ITransformer model = Fitted.Vae;
        var view = model.Transform(source);
        foreach (string column in new[] { "Loss", "Features" }) view.GetRowCursor([view.Schema[column]]).Dispose();
        Assert.Equal((2, 2), (source.Opened, source.Disposed));
        var mapper = model.GetRowToRowMapper(source.Schema);
        mapper.GetRow(source.GetRowCursor(source.Schema), mapper.OutputSchema).Dispose();
        Assert.Equal((3, 3), (source.Opened, source.Disposed));
    }

    /// <summary>Read-ahead must keep columns that pass through beside the outputs of their own row.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    [InlineData(5000)]
    public void Every_batch_size_aligns_columns_and_changes_no_bit(int batchSize)
    {
        var same = new VaeTransformer(Fitted.ML, Fitted.Vae.Model, VaeColumns.Of(Components.Vae with { ScoringBatchSize = batchSize }, prefix: ""));
        var view = Components.Features(Fitted.ML).Append(new Ready(same)).Fit(Fitted.Data).Transform(Fitted.Data);
        using var cursor = view.GetRowCursor(view.Schema);
        var (text, id, extra, loss, features) = (Reader("Text"), Reader("Id"), Reader("Extra"), Reader("Loss"), Reader("Features"));
        string[] losses = Values.Of(Fitted.Model("Vae").Transform(Fitted.Data), "Loss"), inputs = Values.Of(view, "Features");
        int row = 0;
        for (; cursor.MoveNext(); row++)
            Assert.Equal(($"t{row}", $"{row}", $"{Values.Bits(row)} {Values.Bits(-0.5f * row)}", losses[row], inputs[row]), (text(), id(), extra(), loss(), features()));
        Assert.Equal(Fitted.Rows, row);

        Func<string> Reader(string name) => Values.Reader(cursor, view.Schema[name]);
    }

    [Fact]
    public void Many_threads_share_one_model()
    {
        var model = Fitted.Model("AllInOne");
        string[] expected = Values.Of(model.Transform(Fitted.Data), "Contributions");
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Assert.Equal(expected, Values.Of(model.Transform(Fitted.Data), "Contributions")));
    }

    [Fact]
    public void Other_consumers_read_the_view()
    {
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        float cut = Fitted.AllInOne.Threshold;
        Assert.Equal(5, view.Preview(5).RowView.Length);
        Assert.Equal(Fitted.Rows, Fitted.ML.Data.CreateEnumerable<Decision>(view, reuseRowObject: false).Count());
        Assert.All(Fitted.ML.Data.FilterRowsByColumn(view, "Score", cut).GetColumn<float>("Score"), s => Assert.True(s >= cut));
        Assert.Equal(Values.Of(view, "Score"), Values.Of(Fitted.ML.Data.Cache(view), "Score"));
    }

    private static void WithView(string source, Action<IDataView> test)
    {
        using var folder = new TemporaryFolder();
        var data = source.EndsWith("text", StringComparison.Ordinal) ? Text(folder.File("rows.tsv")) : Fitted.ML.Data.LoadFromEnumerable(Row.Make(Rows));
        test(Fitted.Model("AllInOne").Transform(source.StartsWith("cached", StringComparison.Ordinal) ? Fitted.ML.Data.Cache(data) : data));
    }

    private static IDataView Text(string path)
    {
        File.WriteAllLines(path, Row.Make(Rows).Select(r => FormattableString.Invariant($"{r.A:R}\t{r.B:R}\t{r.C:R}\t{r.Id}")).Prepend("A\tB\tC\tId"));
        return Fitted.ML.Data.CreateTextLoader(
            [new("A", DataKind.Single, 0), new("B", DataKind.Single, 1), new("C", DataKind.Single, 2), new("Id", DataKind.Int64, 3)], hasHeader: true).Load(path);
    }

    private static DataViewRowCursor Cursor(IDataView view) => view.GetRowCursor(Columns.Select(c => view.Schema[c]));

    private static SortedDictionary<(ulong, ulong), string> Collect(DataViewRowCursor cursor)
    {
        var rows = new SortedDictionary<(ulong, ulong), string>();
        using (cursor)
        {
            var add = Collector(cursor, rows);
            while (cursor.MoveNext()) add();
        }
        return rows;
    }

    private static Action Collector(DataViewRowCursor cursor, SortedDictionary<(ulong, ulong), string> rows)
    {
        var id = cursor.GetIdGetter();
        var values = Columns.Select(c => Values.Reader(cursor, cursor.Schema[c])).ToArray();
        return () =>
        {
            DataViewRowId row = default;
            id(ref row);
            rows.Add((row.High, row.Low), string.Join(' ', values.Select(v => v())));
        };
    }

    private static SortedDictionary<(ulong, ulong), string> Merge(IEnumerable<SortedDictionary<(ulong, ulong), string>> parts) =>
        new(parts.SelectMany(p => p).ToDictionary());
}
