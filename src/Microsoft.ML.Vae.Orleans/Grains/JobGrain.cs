using Microsoft.Extensions.Logging;
using Microsoft.ML.Vae.Core;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;

namespace Microsoft.ML.Vae.Orleans;

/// <inheritdoc cref="IJobGrain"/>
/// <remarks>
/// The coordinator runs on the thread pool, apart from the grain's turns, and keeps its state by them. Should two activations run it at once, after a silo was taken for dead, both do the same,
/// bit for bit, and the one whose state is refused stops.
/// </remarks>
[Reentrant]
internal sealed partial class JobGrain(
    [PersistentState("job", VaeSilo.Storage)] IPersistentState<JobRecord> record,
    [PersistentState("checkpoint", VaeSilo.Storage)] IPersistentState<StoredBytes> checkpoint,
    [PersistentState("result", VaeSilo.Storage)] IPersistentState<StoredBytes> result,
    IClusterMembershipService membership, TimeProvider clock, ILogger<JobGrain> logger) : Grain, IJobGrain, IProgress<DistributedProgress>, IDisposable
{
    // A tenth of what Orleans takes for a message.
    private const int PartLength = 8 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250), Gathering = TimeSpan.FromSeconds(3);

    private readonly TaskBoard _board = new(clock);
    private CancellationTokenSource? _stop;
    private DistributedProgress? _stage;
    private long _version = 1;
    private Task _run = Task.CompletedTask;
    private bool _isLeaving;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(LookAround, new GrainTimerCreationOptions(Look, Look) { Interleave = true });
        if (record.State.Phase == ClusterJobPhase.Running) await BeginAsync();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isLeaving = true;
        _stop?.Cancel();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop?.Dispose();

    /// <inheritdoc/>
    public async Task StartAsync(JobRequest request)
    {
        if (record.State.Request is { } known && !(known.Kind == request.Kind && known.Content.AsSpan().SequenceEqual(request.Content)))
            throw new InvalidOperationException($"The job '{this.GetPrimaryKeyString()}' asks for something else: take another name, or forget that job.");
        if (record.State.Phase is ClusterJobPhase.Done or ClusterJobPhase.Running) return;
        await _run;
        record.State.Request = request;
        (record.State.Failure, record.State.Shard) = (null, null);
        await BeginAsync();
        await GrainFactory.GetGrain<IJobsGrain>(0).AddAsync(this.GetPrimaryKeyString());
    }

    /// <inheritdoc/>
    public async Task CancelAsync()
    {
        if (record.State.Phase != ClusterJobPhase.Running) return;
        _stop?.Cancel();
        await _run;
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StatusAsync(long seen)
    {
        for (long from = clock.GetTimestamp(); seen == _version && clock.GetElapsedTime(from) < VaeSilo.Patience;) await Task.Delay(Look);
        var progress = new ClusterProgress { Phase = record.State.Phase, JobBytes = _stage is { } stage ? DistributedMessages.ToBytes(stage) : [], Silos = _board.Silos(), Costs = _board.Account.Costs, Lives = record.State.Lives };
        return new JobStatus { Version = _version, Progress = progress, Failure = record.State.Failure, Shard = record.State.Shard };
    }

    /// <inheritdoc/>
    public Task<byte[]> ResultAsync(int part) => Task.FromResult<byte[]>([.. result.State.Content.Skip(part * PartLength).Take(PartLength)]);

    /// <inheritdoc/>
    public async Task<WorkOrder?> ExchangeAsync(WorkerCard worker, WorkReport? report)
    {
        if (record.State.Phase == ClusterJobPhase.Running) return await _board.ExchangeAsync(worker, report, VaeSilo.Patience);
        await GrainFactory.GetGrain<IJobsGrain>(0).RemoveAsync(this.GetPrimaryKeyString());
        return null;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync()
    {
        if (record.State.Phase == ClusterJobPhase.Running) throw new InvalidOperationException($"The job '{this.GetPrimaryKeyString()}' runs: cancel it first.");
        await checkpoint.ClearStateAsync();
        await result.ClearStateAsync();
        await record.ClearStateAsync();
        DeactivateOnIdle();
    }

    /// <summary>The coordinator's word, from a thread of its own.</summary>
    public void Report(DistributedProgress value)
    {
        _stage = value;
        Interlocked.Increment(ref _version);
    }

    private async Task BeginAsync()
    {
        record.State.Phase = ClusterJobPhase.Running;
        record.State.Lives++;
        await record.WriteStateAsync();
        _board.Open(true);
        _stop = new CancellationTokenSource();
        var store = new GrainJobStore(checkpoint, TaskScheduler.Current);
        _run = CoordinateAsync(record.State.Request!, store, _stop.Token);
    }

    private async Task CoordinateAsync(JobRequest request, IJobStore store, CancellationToken cancellation)
    {
        var (phase, failure, shard) = (ClusterJobPhase.Done, (string?)null, (string?)null);
        try
        {
            await GatherAsync(cancellation);
            await KeepAsync(await Task.Run(() => JobWork.RunAsync(request, _board, store, this, cancellation), cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            phase = ClusterJobPhase.Cancelled;
        }
        catch (InconsistentStateException e)
        {
            SayTwin(logger, this.GetPrimaryKeyString(), e.Message);
            DeactivateOnIdle();
            return;
        }
        catch (ShardException e)
        {
            (phase, failure, shard) = (ClusterJobPhase.Failed, e.Reason, e.Shard);
        }
#pragma warning disable CA1031 // a job fails with its words; the client throws them
        catch (Exception e)
#pragma warning restore CA1031
        {
            (phase, failure) = (ClusterJobPhase.Failed, $"{e.GetType().Name}: {e.Message}");
        }
        await EndAsync(phase, failure, shard);
    }

    private Task KeepAsync(byte[] content)
    {
        result.State.Content = content;
        return result.WriteStateAsync();
    }

    // The silo that goes down leaves the job as it is, for the next one to go on with.
    private async Task EndAsync(ClusterJobPhase phase, string? failure, string? shard)
    {
        _board.Open(false);
        if (phase == ClusterJobPhase.Cancelled && _isLeaving) return;
        (record.State.Phase, record.State.Failure, record.State.Shard) = (phase, failure, shard);
        await record.WriteStateAsync();
        Interlocked.Increment(ref _version);
        await GrainFactory.GetGrain<IJobsGrain>(0).RemoveAsync(this.GetPrimaryKeyString());
    }

    // Work is shared out among the workers that have come: those of the silos that live get a moment to come.
    private async Task GatherAsync(CancellationToken cancellation)
    {
        for (long from = clock.GetTimestamp(); _board.WorkerCount < LivingSilos() && clock.GetElapsedTime(from) < Gathering;) await Task.Delay(Look / 4, cancellation);
    }

    private int LivingSilos() => membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active);

    private Task LookAround(CancellationToken cancellation)
    {
        var living = membership.CurrentSnapshot.Members.Values.Where(m => m.Status is not SiloStatus.Dead).Select(m => m.SiloAddress.ToParsableString()).ToHashSet();
        _board.Forget(silo => !living.Contains(silo));
        if (record.State.Phase == ClusterJobPhase.Running) Interlocked.Increment(ref _version);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another activation goes on with the job {Job}; this one stops: {Reason}")]
    private static partial void SayTwin(ILogger logger, string job, string reason);
}
