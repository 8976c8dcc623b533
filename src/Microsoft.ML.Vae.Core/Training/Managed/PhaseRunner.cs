using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Runs the phases of a step over rows or weight blocks: on all threads where that pays, else on the caller's.</summary>
internal sealed class PhaseRunner : IDisposable
{
    // Activations of this many rows stay in the second-level cache from layer to layer; a lone thread prefers fewer passes over the weights.
    private const int ChunkRows = 64, SingleChunkRows = 128;

    // A chunk with fewer rows leaves a product's tiles half empty.
    private const int LeastChunkRows = 8;

    private readonly WorkerPool? _pool;
    private readonly ThreadGovernor _governor = new();
    private readonly int[] _blockBounds, _chunkBounds;
    private readonly int _chunkRows;
    private readonly Action<int, int> _runChunk, _runBlock;
    private Action<int, int, int> _rows = static (_, _, _) => { };
    private Action<int, int> _block = static (_, _) => { };
    private Action? _meanwhile;
    private int _rowCount, _chunkCount;

    /// <param name="threads">Threads to use at most.</param>
    /// <param name="blockCosts">Relative cost of each weight block; threads begin with equal shares.</param>
    /// <param name="meanwhileCost">Of the work that is done beside the blocks.</param>
    /// <param name="cachedRows">Rows whose activations stay in cache at all.</param>
    public PhaseRunner(int threads, IReadOnlyList<int> blockCosts, int meanwhileCost, int cachedRows)
    {
        _chunkRows = Math.Min(ChunkRows, cachedRows);
        if (threads > 1) _pool = new WorkerPool(threads);
        _blockBounds = Balance([meanwhileCost, .. blockCosts], threads);
        _chunkBounds = new int[threads + 1];
        (_runChunk, _runBlock) = (RunChunk, RunBlock);
    }

    /// <summary>Time in phases over rows and over blocks so far, and their number: each ends with all threads at a barrier.</summary>
    public (TimeSpan Rows, TimeSpan Blocks, long Phases) Spent { get; private set; }

    private int Threads => _pool is not null && _governor.Parallel ? _pool.Threads : 1;

    /// <summary>Runs body(first, count, thread) on chunks that cover all rows.</summary>
    public void RunRows(int rows, Action<int, int, int> body)
    {
        int threads = Threads, limit = threads == 1 && rows <= SingleChunkRows && _chunkRows == ChunkRows ? SingleChunkRows : _chunkRows;
        (_rows, _rowCount) = (body, rows);
        _chunkCount = (rows + limit - 1) / limit;
        if (rows >= LeastChunkRows * threads) _chunkCount = (_chunkCount + threads - 1) / threads * threads;
        for (int t = 0; t <= threads; t++) _chunkBounds[t] = (int)((long)_chunkCount * t / threads);
        long start = Stopwatch.GetTimestamp();
        Run(_chunkBounds, _chunkCount, _runChunk);
        Spent = (Spent.Rows + Stopwatch.GetElapsedTime(start), Spent.Blocks, Spent.Phases + 1);
    }

    /// <summary>Runs body(block, thread) on every weight block, and other work beside it.</summary>
    public void RunBlocks(Action<int, int> body, Action? meanwhile)
    {
        (_block, _meanwhile) = (body, meanwhile);
        long start = Stopwatch.GetTimestamp();
        Run(_blockBounds, _blockBounds[^1], _runBlock);
        Spent = (Spent.Rows, Spent.Blocks + Stopwatch.GetElapsedTime(start), Spent.Phases + 1);
    }

    /// <summary>Reports the time of a step.</summary>
    public void Record(double seconds, int rows) => _governor.Record(seconds, rows);

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _pool?.Dispose();

    private static int[] Balance(IReadOnlyList<int> costs, int threads)
    {
        double total = costs.Sum(c => (double)c), sum = 0;
        var bounds = new int[threads + 1];
        for (int i = 0, t = 1; i < costs.Count && t < threads; i++)
        {
            sum += costs[i];
            while (t < threads && sum >= total * t / threads) bounds[t++] = i + 1;
        }
        bounds[threads] = costs.Count;
        return bounds;
    }

    private void Run(ReadOnlySpan<int> bounds, int items, Action<int, int> body)
    {
        if (Threads > 1)
            _pool!.Run(bounds, body);
        else
            for (int i = 0; i < items; i++) body(i, 0);
    }

    // The other work comes first: it cannot be shared, so nothing may be left to wait for it at the end.
    private void RunBlock(int item, int thread)
    {
        if (item > 0)
            _block(item - 1, thread);
        else
            _meanwhile?.Invoke();
    }

    private void RunChunk(int chunk, int thread)
    {
        int first = (int)((long)_rowCount * chunk / _chunkCount), last = (int)((long)_rowCount * (chunk + 1) / _chunkCount);
        if (last > first) _rows(first, last - first, thread);
    }
}
