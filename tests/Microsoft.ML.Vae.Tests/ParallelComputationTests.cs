using System.Collections.Concurrent;

namespace Microsoft.ML.Vae.Tests;

/// <summary>A batch shared out to several computations gives each row its own result, whatever the numbers.</summary>
public sealed class ParallelComputationTests
{
    public static TheoryData<int, int> Sizes()
    {
        var sizes = new TheoryData<int, int>();
        foreach (int capacity in new[] { 1, 31, 32, 100, 256 })
            foreach (int threads in new[] { 1, 2, 3, 16 }) sizes.Add(capacity, threads);
        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Each_row_is_computed_once_and_read_from_where_it_was(int capacity, int threads)
    {
        var source = new Source();
        var lanes = new ConcurrentBag<Doubling>();
        var parallel = new ParallelComputation(slots => Added(lanes, new Doubling(source, slots)), capacity, threads);
        int slot = 0;
        var getter = (ValueGetter<float>)parallel.Getter(0, () => slot);
        foreach (int count in new[] { capacity, Math.Max(1, capacity / 3), capacity })
        {
            for (source.Row = 0; source.Row < count; source.Row++) parallel.Fetch(source.Row);
            parallel.Compute(count);
            for (slot = 0; slot < count; slot++)
            {
                float value = 0;
                getter(ref value);
                Assert.Equal(2 * slot, value);
            }
        }
        Assert.Equal(capacity + Math.Max(1, capacity / 3) + capacity, lanes.Sum(l => l.Computed));
        Assert.InRange(lanes.Count, 1, threads);
    }

    [Fact]
    public void Few_rows_bind_one_computation()
    {
        int bound = 0;
        var source = new Source();
        var parallel = new ParallelComputation(slots => (bound++, new Doubling(source, slots)).Item2, 256, 8);
        for (source.Row = 0; source.Row < 10; source.Row++) parallel.Fetch(source.Row);
        parallel.Compute(10);
        Assert.Equal(1, bound);
    }

    private static Doubling Added(ConcurrentBag<Doubling> lanes, Doubling lane)
    {
        lanes.Add(lane);
        return lane;
    }

    private sealed class Source
    {
        public int Row { get; set; }
    }

    // Twice the number of the row.
    private sealed class Doubling(Source source, int capacity) : IBatchComputation
    {
        private readonly float[] _rows = new float[capacity], _doubles = new float[capacity];

        public int Computed { get; private set; }

        public void Fetch(int slot) => _rows[slot] = source.Row;

        public void Compute(int count)
        {
            for (int s = 0; s < count; s++) _doubles[s] = 2 * _rows[s];
            Computed += count;
        }

        public Delegate Getter(int output, Func<int> slot) => (ValueGetter<float>)((ref float value) => value = _doubles[slot()]);
    }
}
