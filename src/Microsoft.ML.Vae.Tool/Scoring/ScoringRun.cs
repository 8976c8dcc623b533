using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Microsoft.ML.Vae.Tool;

/// <summary>What a run scored.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="Unscored">Those without a score.</param>
/// <param name="Flagged">Those above the threshold.</param>
/// <param name="Seconds">From the first row read to the last one written.</param>
/// <param name="Sha256">Of the output; null where it has no bytes of its own.</param>
/// <param name="Drift">What the stream has shown; null where it was not watched.</param>
internal sealed record ScoreSummary(long Rows, long Unscored, long Flagged, double Seconds, string? Sha256, DriftReport? Drift);

/// <summary>Reads, scores and writes at the same time: one thread reads, some score, one writes in the order of reading. Blocks are few and used again, so that memory stays flat.</summary>
internal sealed class ScoringRun(AnomalyModel model, int threads, int blockRows, int reasons)
{
    // As many blocks wait for a scorer as there are scorers, and as many for the writer: a hiccup of one stalls no other.
    private const int BlocksPerThread = 3;

    private readonly ConcurrentBag<RowBlock> _free = [];
    private Exception? _failure;

    /// <summary>Runs to the end of the rows; commits nothing.</summary>
    /// <param name="reader">Gives rows.</param>
    /// <param name="sink">Takes them.</param>
    /// <param name="written">Told of each block in order; null: nobody.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ScoreSummary Run(BlockReader reader, ScoreSink sink, Action<RowBlock>? written, CancellationToken cancellation)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var toScore = Channel.CreateBounded<RowBlock>(BlocksPerThread * threads);
        var inOrder = Channel.CreateBounded<RowBlock>(BlocksPerThread * threads);
        _ = Guarded(() => ReadAsync(reader, toScore.Writer, inOrder.Writer, stop.Token), stop);
        for (int t = 0; t < threads; t++) _ = Guarded(() => ScoreAsync(sink, toScore.Reader, stop.Token), stop);
        // The writer is done when all are; where one fails, nobody waits for a reader that waits for its pipe.
        var summary = Guarded(() => WriteAsync(sink, inOrder.Reader, written, stop.Token), stop).GetAwaiter().GetResult();
        cancellation.ThrowIfCancellationRequested();
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
        return summary! with { Seconds = watch.Elapsed.TotalSeconds };
    }

    // The first that fails ends the others.
    private async Task<T?> Guarded<T>(Func<Task<T>> body, CancellationTokenSource stop) where T : class
    {
        try
        {
            return await Task.Run(body).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException) Interlocked.CompareExchange(ref _failure, e, null);
            await stop.CancelAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task<object> ReadAsync(BlockReader reader, ChannelWriter<RowBlock> toScore, ChannelWriter<RowBlock> inOrder, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (!_free.TryTake(out var block)) block = new RowBlock(blockRows, model.Vae.InputCount);
            block.Reset();
            if (!reader.Fill(block, blockRows)) break;
            await inOrder.WriteAsync(block, stop).ConfigureAwait(false);
            await toScore.WriteAsync(block, stop).ConfigureAwait(false);
        }
        toScore.Complete();
        inOrder.Complete();
        return _free;
    }

    private async Task<object> ScoreAsync(ScoreSink sink, ChannelReader<RowBlock> blocks, CancellationToken stop)
    {
        var scorer = new BlockScorer(model, blockRows, reasons);
        await foreach (var block in blocks.ReadAllAsync(stop).ConfigureAwait(false))
        {
            scorer.Score(block);
            sink.Format(block);
            block.Done.SetResult();
        }
        return _free;
    }

    private async Task<ScoreSummary> WriteAsync(ScoreSink sink, ChannelReader<RowBlock> blocks, Action<RowBlock>? written, CancellationToken stop)
    {
        long rows = 0, unscored = 0, flagged = 0;
        await foreach (var block in blocks.ReadAllAsync(stop).ConfigureAwait(false))
        {
            await block.Done.Task.WaitAsync(stop).ConfigureAwait(false);
            sink.Write(block);
            written?.Invoke(block);
            rows += block.Count;
            unscored += block.Scores.AsSpan(0, block.Count).ToArray().Count(float.IsNaN);
            flagged += block.Flags.AsSpan(0, block.Count).Count(true);
            _free.Add(block);
        }
        return new ScoreSummary(rows, unscored, flagged, 0, null, null);
    }
}
