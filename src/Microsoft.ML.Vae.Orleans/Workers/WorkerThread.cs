using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.Vae.Core;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>A silo's worker: a thread of its own that asks for tasks, runs them, and reports. Grain calls never wait for its work, nor do its threads come from Orleans.</summary>
internal sealed class WorkerThread(
    IGrainFactory grains, ILocalSiloDetails silo, ShardWorkerOptions options, IOptions<SiloMessagingOptions> messages, ILogger<WorkerThread> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), Breath = TimeSpan.FromMilliseconds(10);

    // Jobs take turns where there are several. A worker that comes back reads its rows again: half a minute for 10⁹ rows on 16 cores.
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly WorkerCard _card = new(silo.SiloAddress.ToParsableString(), silo.Name, options.Threads, WorkerCard.OwnRegisters);
    private (string Job, ShardWorker Worker)? _current;
    private Thread? _thread;
    private string? _job;
    private WorkReport? _report;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(WorkerThread), ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private Task StartAsync(CancellationToken cancellation)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "VAE worker" };
        _thread.Start();
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        await Task.Run(() => _thread?.Join(VaeSilo.Patience), CancellationToken.None);
    }

    private void Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Serve();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // whatever a call meets while silos come and go: the worker asks again, and keeps its report
            catch (Exception e)
#pragma warning restore CA1031
            {
                ClusterLog.SayRetry(logger, e.Message);
                _stopping.Token.WaitHandle.WaitOne(Pause);
            }
        }
        _current?.Worker.Dispose();
    }

    // A report is forgotten only once it has arrived; until then its job is the worker's.
    private void Serve()
    {
        if (_report is null) _job = Wait(grains.GetGrain<IJobsGrain>(0).NextAsync(_job));
        if (_job is not { } job) return;
        long from = Stopwatch.GetTimestamp();
        do
        {
            var order = Wait(grains.GetGrain<IJobGrain>(job).ExchangeAsync(_card, _report));
            _report = order is null ? null : Perform(job, order);
            if (_report is not null && Stopwatch.GetElapsedTime(from) > Turn)
            {
                from = Stopwatch.GetTimestamp();
                Leave(job, _report);
            }
        }
        while (_report is not null && !_stopping.IsCancellationRequested);
        // A job that has just ended is still on the list for a moment.
        _stopping.Token.WaitHandle.WaitOne(Breath);
    }

    // Where this is the only job the worker stays, and keeps its rows.
    private void Leave(string job, WorkReport report)
    {
        if (Wait(grains.GetGrain<IJobsGrain>(0).NextAsync(job)) == job) return;
        Wait(grains.GetGrain<IJobGrain>(job).LeaveAsync(_card, report));
        _report = null;
    }

    private WorkReport Perform(string job, WorkOrder order)
    {
        long from = Stopwatch.GetTimestamp();
        try
        {
            var task = ShardTask.FromBytes(order.Task);
            byte[] result = MessageLimit.Checked(WorkerOf(job).Run(task, _stopping.Token).ToBytes(), $"The result of a task ({task.Kind})", MessageLimit.Of(messages));
            return new WorkReport { Number = order.Number, Result = result, Seconds = Stopwatch.GetElapsedTime(from).TotalSeconds };
        }
        catch (ShardException e)
        {
            return new WorkReport { Number = order.Number, Shard = e.Shard, Failure = e.Reason };
        }
#pragma warning disable CA1031 // the coordinator decides whether another worker tries, and names the failure in the end
        catch (Exception e) when (!_stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new WorkReport { Number = order.Number, Failure = $"{e.GetType().Name}: {e.Message}" };
        }
    }

    // Rows stay open for one job at a time.
    private ShardWorker WorkerOf(string job)
    {
        if (_current is { } current && current.Job == job) return current.Worker;
        _current?.Worker.Dispose();
        var worker = new ShardWorker(options);
        _current = (job, worker);
        return worker;
    }

    private static void Wait(Task call) => call.GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> call) => call.GetAwaiter().GetResult();
}
