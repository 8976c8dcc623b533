using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.Vae.Core;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;

namespace Microsoft.ML.Vae.Orleans;

/// <inheritdoc cref="IJobGrain"/>
/// <remarks>
/// The coordinator runs on the thread pool, apart from the grain's turns, and keeps its state by them. Should two activations run it at once, after a silo was taken for dead, both do the same,
/// bit for bit, and the one whose state is refused stops.
/// </remarks>
[Reentrant]
internal sealed class JobGrain(
    [PersistentState("job", VaeSilo.Storage)] IPersistentState<JobRecord> record,
    [PersistentState("checkpoint", VaeSilo.Storage)] IPersistentState<StoredBytes> checkpoint,
    [PersistentState("result", VaeSilo.Storage)] IPersistentState<StoredBytes> result,
    IClusterMembershipService membership, IOptions<SiloMessagingOptions> messages, TimeProvider clock, ILogger<JobGrain> logger) : Grain, IJobGrain, IProgress<DistributedProgress>, IDisposable
{
    // A tenth of what Orleans takes for a message.
    private const int PartLength = 8 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250), Gathering = TimeSpan.FromSeconds(3), Stay = TimeSpan.FromMinutes(1);

    private readonly TaskBoard _board = new(clock, MessageLimit.Of(messages));
    private readonly HashSet<string> _registers = [WorkerCard.OwnRegisters];
    private JobRecord _job = new();
    private CancellationTokenSource? _stop;
    private DistributedProgress? _stage;
    private long _version = 1;
    private Task _begun = Task.CompletedTask, _run = Task.CompletedTask;
    private bool _isLeaving;

    private IJobsGrain Jobs => GrainFactory.GetGrain<IJobsGrain>(0);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _job = record.State;
        this.RegisterGrainTimer(LookAround, new GrainTimerCreationOptions(Look, Look) { Interleave = true });
        // A list that lost the job, or a call to it that was lost, costs some seconds.
        this.RegisterGrainTimer(EnlistAsync, new GrainTimerCreationOptions(TimeSpan.Zero, VaeSilo.Patience) { Interleave = true });
        if (_job.Phase == ClusterJobPhase.Running) await (_begun = BeginAsync(_job.Request!));
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
        if (_job.Request is { } known && !(known.Kind == request.Kind && known.Content.AsSpan().SequenceEqual(request.Content)))
            throw new InvalidOperationException($"The job '{this.GetPrimaryKeyString()}' asks for something else: take another name, or forget that job.");
        if (_stop is { IsCancellationRequested: true }) await _run;
        // Of calls that come at once the first begins; the others wait for what comes of it.
        if (_begun.IsCompleted && _job.Phase is not (ClusterJobPhase.Done or ClusterJobPhase.Running)) _begun = BeginAsync(request);
        await _begun;
        await EnlistAsync(default);
    }

    /// <inheritdoc/>
    public async Task CancelAsync()
    {
        await _begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_job.Phase != ClusterJobPhase.Running) return;
        _stop?.Cancel();
        await _run;
        if (_job.Phase == ClusterJobPhase.Running) throw new IOException("The end of the job was not kept: ask again.");
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StatusAsync(long seen)
    {
        for (long from = clock.GetTimestamp(); seen == _version && clock.GetElapsedTime(from) < VaeSilo.Patience;) await Task.Delay(Look);
        var progress = new ClusterProgress { Phase = _job.Phase, JobBytes = _stage is { } stage ? DistributedMessages.ToBytes(stage) : [], Silos = _board.Silos(), Costs = _board.Account.Costs, Lives = _job.Lives };
        return new JobStatus { Version = _version, Progress = progress, Failure = _job.Failure, Shard = _job.Shard };
    }

    /// <inheritdoc/>
    public Task<byte[]?> ResultAsync(int part) => Task.FromResult<byte[]?>(result.State.Content is { Length: > 0 } content ? [.. content.Skip(part * PartLength).Take(PartLength)] : null);

    /// <inheritdoc/>
    public async Task<WorkOrder?> ExchangeAsync(WorkerCard worker, WorkReport? report)
    {
        if (_registers.Add(worker.Registers)) ClusterLog.SayMixed(logger, worker.Name, worker.Registers, this.GetPrimaryKeyString(), WorkerCard.OwnRegisters);
        if (_job.Phase == ClusterJobPhase.Running) return await _board.ExchangeAsync(worker, report, VaeSilo.Patience);
        await Jobs.RemoveAsync(this.GetPrimaryKeyString());
        return null;
    }

    /// <inheritdoc/>
    public Task LeaveAsync(WorkerCard worker, WorkReport report)
    {
        _board.Leave(worker, report);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync()
    {
        if (_job.Phase == ClusterJobPhase.Running) throw new InvalidOperationException($"The job '{this.GetPrimaryKeyString()}' runs: cancel it first.");
        await checkpoint.ClearStateAsync();
        // Before the result: a job that is done without one could never run again.
        await record.ClearStateAsync();
        _job = new JobRecord();
        await result.ClearStateAsync();
        DeactivateOnIdle();
    }

    /// <summary>The coordinator's word, from a thread of its own.</summary>
    public void Report(DistributedProgress value)
    {
        _stage = value;
        Interlocked.Increment(ref _version);
    }

    private async Task BeginAsync(JobRequest request)
    {
        _stage = null;
        await WriteAsync(new JobRecord { Request = request, Phase = ClusterJobPhase.Running, Lives = _job.Lives + 1 });
        _board.Open(true);
        _stop?.Dispose();
        _stop = new CancellationTokenSource();
        var store = new GrainJobStore(checkpoint, TaskScheduler.Current);
        _run = CoordinateAsync(request, store, _stop.Token);
    }

    // Never fails. Where the end cannot be kept the store still says that the job runs, and the next activation goes on with it; so does the next silo when this one goes down.
    private async Task CoordinateAsync(JobRequest request, IJobStore store, CancellationToken cancellation)
    {
        try
        {
            var end = await OutcomeAsync(request, store, cancellation);
            if (end.Phase != ClusterJobPhase.Cancelled || !_isLeaving) await WriteAsync(end);
        }
#pragma warning disable CA1031 // whatever the store met: what it holds counts
        catch (Exception e)
#pragma warning restore CA1031
        {
            ClusterLog.SayLeft(logger, this.GetPrimaryKeyString(), e.Message);
            DeactivateOnIdle();
        }
        _board.Open(false);
        Interlocked.Increment(ref _version);
    }

    private async Task<JobRecord> OutcomeAsync(JobRequest request, IJobStore store, CancellationToken cancellation)
    {
        try
        {
            await GatherAsync(cancellation);
            await KeepAsync(await Task.Run(() => JobWork.RunAsync(request, _board, store, this, cancellation), cancellation));
            return _job with { Phase = ClusterJobPhase.Done };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return _job with { Phase = ClusterJobPhase.Cancelled };
        }
        catch (ShardException e)
        {
            return _job with { Phase = ClusterJobPhase.Failed, Failure = e.Reason, Shard = e.Shard };
        }
#pragma warning disable CA1031 // a job fails with its words, which the client throws; a twin's write is no failure
        catch (Exception e) when (e is not InconsistentStateException)
#pragma warning restore CA1031
        {
            return _job with { Phase = ClusterJobPhase.Failed, Failure = $"{e.GetType().Name}: {e.Message}" };
        }
    }

    // What others are told is what the store holds.
    private async Task WriteAsync(JobRecord next)
    {
        record.State = next;
        try
        {
            await record.WriteStateAsync();
            _job = next;
        }
        finally
        {
            record.State = _job;
        }
    }

    private Task KeepAsync(byte[] content)
    {
        result.State.Content = content;
        return result.WriteStateAsync();
    }

    // Work is shared out among the workers that have come: when the first is here, the others of the silos that live get a moment to come.
    private async Task GatherAsync(CancellationToken cancellation)
    {
        while (_board.WorkerCount == 0) await Task.Delay(Look / 4, cancellation);
        for (long from = clock.GetTimestamp(); _board.WorkerCount < LivingSilos() && clock.GetElapsedTime(from) < Gathering;) await Task.Delay(Look / 4, cancellation);
    }

    private int LivingSilos() => membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active);

    private Task LookAround(CancellationToken cancellation)
    {
        var living = membership.CurrentSnapshot.Members.Values.Where(m => m.Status is not SiloStatus.Dead).Select(m => m.SiloAddress.ToParsableString()).ToHashSet();
        _board.Forget(silo => !living.Contains(silo));
        if (_job.Phase != ClusterJobPhase.Running) return Task.CompletedTask;
        Interlocked.Increment(ref _version);
        // Where no client waits nobody calls while all workers are busy: Orleans would take the grain for idle.
        DelayDeactivation(Stay);
        return Task.CompletedTask;
    }

    private Task EnlistAsync(CancellationToken cancellation) => _job.Phase == ClusterJobPhase.Running ? Jobs.AddAsync(this.GetPrimaryKeyString()) : Task.CompletedTask;
}
