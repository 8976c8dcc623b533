namespace Microsoft.ML.Vae.Core;

/// <summary>Scores shards to files, one each, exactly once: written beside and renamed, so that a file that is there is whole; a rerun leaves alone what the same detector has scored.</summary>
/// <remarks>A shard whose file has another length or time than then is scored anew, and so are scores that were changed. A shard that is no file is known by its text alone.</remarks>
public sealed class DistributedScoring
{
    // Tasks under way for each worker: one at work, one that waits for it.
    private const int TasksPerWorker = 2;

    private readonly byte[] _model;
    private readonly IReadOnlyList<Shard> _shards;
    private readonly string _folder;
    private readonly IShardCluster _cluster;
    private readonly CorruptShards _onCorrupt;

    /// <summary>Prepares a scoring.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="shards">What to score.</param>
    /// <param name="folder">Where the scores go, a folder that all workers see; made where it is missing.</param>
    /// <param name="cluster">Workers.</param>
    /// <param name="onCorrupt">What becomes of a shard that cannot be read.</param>
    /// <exception cref="ArgumentException">There is no shard, or one is there twice.</exception>
    public DistributedScoring(AnomalyModel model, IReadOnlyList<Shard> shards, string folder, IShardCluster cluster, CorruptShards onCorrupt = CorruptShards.Stop)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(cluster);
        VirtualShards.Of(shards, 1);
        using var file = new MemoryStream();
        AnomalyModelFile.Save(model, file);
        (_model, _shards, _folder, _cluster, _onCorrupt) = (file.ToArray(), [.. shards], folder, cluster, onCorrupt);
    }

    /// <summary>The file of a shard's scores: a line per row in the order of the shard, Score,PValue,PredictedLabel.</summary>
    public string OutputOf(Shard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return ScoringWork.OutputOf(_folder, shard);
    }

    /// <summary>Scores what is not scored yet.</summary>
    /// <param name="progress">Receives a line per task; null: nobody.</param>
    /// <param name="cancellation">Ends the scoring; files that are there are whole, and a rerun goes on.</param>
    /// <exception cref="ShardException">A shard cannot be read; it is named.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DistributedScores> RunAsync(IProgress<DistributedProgress>? progress = null, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(_folder);
        var runner = new TaskRunner(_cluster, new RowFacts(0, 0, [], 0, _onCorrupt));
        var report = new ProgressReport(progress, runner);
        report.Begin(DistributedPhase.Scoring);
        var order = ScoringWork.Order(new ScoringOrder(_folder, ScoringWork.NameOf(_model)), _model);
        var all = await ScoreAsync(runner, order, report, cancellation).ConfigureAwait(false);
        AtomicFile.RemoveAbandoned(_folder, ScoringWork.Outputs);
        var kept = all.Where(s => s.Error is null).ToArray();
        return new DistributedScores(
            kept.Length, kept.Count(s => !s.IsNew), [.. all.Where(s => s.Error is not null).Select(s => new SkippedShard(s.Shard, s.Error!))],
            kept.Sum(s => s.Rows), kept.Sum(s => s.Unscored), kept.Sum(s => s.Flagged), report.Totals());
    }

    // As many tasks under way as the workers of the moment want: those who come later get some too.
    private async Task<ScoredShard[]> ScoreAsync(TaskRunner runner, Packet order, ProgressReport report, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (scored, underWay, done) = (new ScoredShard[_shards.Count], new List<Task>(), 0);
        for (int next = 0; next < scored.Length && !underWay.Exists(t => t.IsFaulted || t.IsCanceled);)
        {
            var (workers, threads) = (Math.Max(1, _cluster.Size.Workers), Math.Max(1, _cluster.Size.Threads));
            for (; next < scored.Length && underWay.Count < TasksPerWorker * workers; next += threads) underWay.Add(OneAsync(next, threads));
            await Task.WhenAny(underWay).ConfigureAwait(false);
            underWay.RemoveAll(t => t.IsCompletedSuccessfully);
        }
        // Where one fails and ends the others, its word counts.
        await Task.WhenAll(underWay).ConfigureAwait(false);
        return scored;

        async Task OneAsync(int first, int count)
        {
            TaskMember[] members = [.. _shards.Skip(first).Take(count).Select((s, i) => new TaskMember(first + i, [s]))];
            ScoringWork.Read(await runner.RunOneAsync(members, order, stop).ConfigureAwait(false)).CopyTo(scored, first);
            lock (scored) report.Round(done += members.Length, scored.Length, members.Length, null);
        }
    }
}
