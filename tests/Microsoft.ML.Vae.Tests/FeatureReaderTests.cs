using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae.Tests;

/// <summary>Rows of a data view: kept within the budget, or streamed.</summary>
public sealed class FeatureReaderTests
{
    private const int Features = 3;

    private readonly MLContext _ml = new(1);
    private readonly List<string> _log = [];

    public FeatureReaderTests() => _ml.Log += (_, e) => _log.Add(e.RawMessage);

    /// <summary>A list that doubles would take up to three times the rows on its way, and twice for the copy at its end.</summary>
    [Theory]
    [InlineData(true, 1.5)]
    [InlineData(false, 1.5)]
    [InlineData(true, 0.5)]
    [InlineData(false, 0.5)]
    public void Reading_holds_no_more_than_the_budget(bool isWeighted, double budgetShare)
    {
        const int Rows = 100_000;
        // Cursor, getters, a row, messages.
        const int Overhead = 64 << 10;
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new VectorRow { Features = [i, i, i], Weight = 2 }).ToArray());
        int rowBytes = sizeof(float) * (isWeighted ? Features + 1 : Features);
        long budget = (long)(budgetShare * Rows * rowBytes);
        Read(data, isWeighted, budget); // what is compiled or set up once is not the rows'
        long before = GC.GetAllocatedBytesForCurrentThread();
        var rows = Read(data, isWeighted, budget);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(budgetShare > 1, rows.IsInMemory);
        Assert.InRange(allocated, (long)(Math.Min(1, budgetShare) * Rows * rowBytes), budget + Overhead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_at_the_very_budget_are_kept(bool isWeighted)
    {
        var data = _ml.Data.LoadFromEnumerable(VectorRow.Make([1, 2, 3], [4, 5, 6]));
        int budget = 2 * sizeof(float) * (isWeighted ? 4 : 3);
        Assert.Equal((true, false), (Read(data, isWeighted, budget).IsInMemory, Read(data, isWeighted, budget - 1).IsInMemory));
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public void Kept_or_streamed_the_rows_and_their_places_are_the_same(int budget)
    {
        var rows = VectorRow.Make([1, 1, 1], [2, float.NaN, 2], [3, 3, 3], [4, 4, 4], [5, 5, 5]);
        rows[3].Weight = 0;
        rows[4].Weight = 7;
        using var reader = Read(_ml.Data.LoadFromEnumerable(rows), isWeighted: true, budget).Read(null);
        var (features, weights, places) = (new float[4 * Features], new float[4], new long[4]);
        Assert.Equal(3, reader.Read(features, weights, places));
        Assert.Equal([1, 1, 1, 3, 3, 3, 5, 5, 5], features[..9]);
        Assert.Equal([1, 1, 7], weights[..3]);
        Assert.Equal([0, 1, 2], places[..3]);
        Assert.Equal(0, reader.Read(features, weights, places));
        Assert.Single(_log, l => l == "Skipped 2 instances with missing features or without a positive weight during training");
        Assert.Single(_log, l => l.StartsWith("Read 3 rows of 3 features; ", StringComparison.Ordinal));
    }

    [Fact]
    public void Streamed_rows_are_mixed()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        var rows = Read(_ml.Data.LoadFromEnumerable(values.Select(v => new VectorRow { Features = [v, v, v] })), isWeighted: false, 0);
        var (features, weights) = (new float[1000 * Features], new float[1000]);
        using var reader = rows.Read(RandomStream.FromSeed(1));
        Assert.Equal(1000, reader.Read(features, weights));
        float[] drawn = [.. features.Where((_, i) => i % Features == 0)];
        Assert.NotEqual(values, drawn);
        Assert.Equal(values, drawn.Order());
    }

    /// <summary>Begun once to see that the rows do not fit; then one pass for scaling and number, and ten epochs of 15 batches.</summary>
    [Fact]
    public void A_streamed_fit_makes_one_pass_and_its_epochs()
    {
        int passes = 0, finished = 0;
        var options = Components.Vae with { MemoryBudget = 0, Training = Components.Training with { Steps = 150, BatchSize = 32 } };
        var fit = _ml.Transforms.VariationalAutoencoder(options).Fit(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.NotNull(fit);
        Assert.Equal((1 + 1 + 10, 1 + 10), (passes, finished));

        IEnumerable<VectorRow> Rows()
        {
            passes++;
            for (int i = 0; i < 600; i++) yield return new VectorRow { Features = [i % 7, i % 5, i % 3] };
            finished++;
        }
    }

    [Fact]
    public void A_stream_that_never_ends_is_cancelled_while_it_is_counted()
    {
        using var stop = new CancellationTokenSource();
        var options = Components.Vae with { MemoryBudget = 0, Cancellation = stop.Token };
        var error = Assert.Throws<OperationCanceledException>(() => _ml.Transforms.VariationalAutoencoder(options).Fit(_ml.Data.LoadFromEnumerable(Endless())));
        Assert.Equal(("Operation was canceled.", stop.Token), (error.Message, error.CancellationToken));

        IEnumerable<VectorRow> Endless()
        {
            for (int i = 0; ; i++)
            {
                if (i == 5000) stop.Cancel();
                yield return new VectorRow { Features = [i % 7, i % 5, i % 3] };
            }
        }
    }

    private IRowSource Read(IDataView data, bool isWeighted, long budget)
    {
        var host = ((IHostEnvironment)_ml).Register("test");
        var channel = host.Start("Training"); // left open: streamed rows report on their first pass
        return new FeatureReader(host, data, nameof(VectorRow.Features), isWeighted ? nameof(VectorRow.Weight) : null, acceptsMissing: false).Read(host, channel, budget, CancellationToken.None);
    }
}
