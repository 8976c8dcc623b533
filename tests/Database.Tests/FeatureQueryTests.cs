using System.Collections;

// Memory is measured for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Database.Tests;

/// <summary>A query as a data view: its rows, how often it is read, and how many of them live at once.</summary>
public sealed class FeatureQueryTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestTable _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void The_view_holds_the_rows_of_the_table()
    {
        var view = _test.All.Load(_ml);
        Assert.Equal(Enumerable.Range(1, _test.Data.Rows.Count).Select(i => (long)i), view.GetColumn<long>("Id"));
        Assert.Equal(_test.Data.Rows, view.GetColumn<float[]>("Features"));
        Assert.Equal(GeneratedData.Sensors, ((VectorDataViewType)view.Schema["Features"].Type).Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].GetSlotNames(ref names);
        Assert.Equal(_test.Table.Features, names.DenseValues().Select(n => n.ToString()));
    }

#if MLNET_STANDIN
    [Fact(Skip = "the stand-in has no database loader: both would be the enumerator")]
#else
    [Fact]
#endif
    public void Loader_and_enumerator_give_the_same_rows()
    {
        var (loader, rows) = (_test.All.Load(_ml), _test.All.LoadRows(_ml));
        Assert.Equal(rows.GetColumn<long>("Id"), loader.GetColumn<long>("Id"));
        Assert.Equal(rows.GetColumn<float[]>("Features"), loader.GetColumn<float[]>("Features"));
    }

    [Fact]
    public void A_missing_value_is_not_a_number()
    {
        _test.Execute("UPDATE readings SET sensor3 = NULL WHERE id = 5");
        foreach (var view in new[] { _test.All.Load(_ml), _test.All.LoadRows(_ml) })
            Assert.Equal([(5L, 3)], view.GetColumn<long>("Id").Zip(view.GetColumn<float[]>("Features")).SelectMany(r => r.Second.Index().Where(v => float.IsNaN(v.Item)).Select(v => (r.First, v.Index))));
    }

    [Fact]
    public void Every_pass_asks_the_database_anew()
    {
        var view = _test.All.Load(_ml);
        int before = view.GetColumn<long>("Id").Count();
        _test.Execute("DELETE FROM readings WHERE id = 1");
        Assert.Equal(before - 1, view.GetColumn<long>("Id").Count());
    }

    [Fact]
    public void Training_without_memory_reads_the_table_in_every_epoch_and_holds_no_row()
    {
        var rows = new CountedRows(new SqlRows(_test.All));
        Small.Train(_ml, FeatureRow.View(_ml, rows, _test.Table.Features), memoryBudget: 0);
        Assert.True(rows.Passes > 3, $"{rows.Passes} passes");
        Assert.True(rows.MostAlive < 10, $"{rows.MostAlive} of {_test.Data.Rows.Count} rows lived at once");
    }

    [Fact]
    public void Scoring_reads_no_more_than_a_batch_ahead()
    {
        const int Wanted = 10;
        var model = Small.Train(_ml, _test.All.LoadRows(_ml));
        var rows = new CountedRows(new SqlRows(_test.All));
        Assert.Equal(Wanted, model.Transform(FeatureRow.View(_ml, rows, _test.Table.Features)).GetColumn<float>("Score").Take(Wanted).Count());
        Assert.InRange(rows.Read, Wanted, new VaeAnomalyTrainer.Options().ScoringBatchSize);
        Assert.True(rows.Read < _test.Data.Rows.Count);
    }

    [Fact]
    public void A_pass_over_a_large_table_keeps_nothing_in_memory()
    {
        const int Rows = 40_000;
        using var large = new TestTable(Rows, anomalies: 1);
        var view = large.All.Load(_ml);
        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> features = default;
        var living = new List<long>();
        while (cursor.MoveNext())
        {
            getter(ref features);
            if (cursor.Position is 100 or Rows - 100) living.Add(GC.GetTotalMemory(forceFullCollection: true));
        }
        const int Table = Rows * GeneratedData.Sensors * sizeof(float);
        Assert.True(living[1] - living[0] < Table / 4, $"{living[1] - living[0]} bytes more; the table has {Table}");
    }

    /// <summary>Counts rows and passes, and how many of the rows given out are still alive.</summary>
    private sealed class CountedRows(IEnumerable<FeatureRow> rows) : IEnumerable<FeatureRow>
    {
        private const int Interval = 200;

        private readonly List<WeakReference> _given = [];

        public int Passes { get; private set; }

        public int Read { get; private set; }

        public int MostAlive { get; private set; }

        public IEnumerator<FeatureRow> GetEnumerator()
        {
            Passes++;
            foreach (var row in rows)
            {
                _given.Add(new WeakReference(row));
                if (++Read % Interval == 0) CountAlive();
                yield return row;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private void CountAlive()
        {
            GC.Collect();
            _given.RemoveAll(r => !r.IsAlive);
            MostAlive = Math.Max(MostAlive, _given.Count);
        }
    }
}
