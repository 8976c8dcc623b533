namespace Microsoft.ML.Vae.Core.Tests.Distributed;

/// <summary>Workers that die when they like, before a task or after it, before anyone hears of it; results come late and in any order; nobody runs twice where he ran before.</summary>
internal sealed class ChaoticCluster(int workers, int seed, double deaths) : IShardCluster, IDisposable
{
    private readonly RandomStream _random = RandomStream.FromSeed(seed);
    private readonly SemaphoreSlim[] _free = [.. Enumerable.Range(0, workers).Select(_ => new SemaphoreSlim(1))];
    private readonly ShardWorker[] _workers = [.. Enumerable.Range(0, workers).Select(_ => NewWorker())];
    private long _draws;

    public int Deaths { get; private set; }

    // Workers seem to come and go.
    public ClusterSize Size => new(1 + (int)(Uniform() * workers), 1 + (int)(Uniform() * 2));

    public async Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
    {
        int worker = (int)(Uniform() * workers);
        await _free[worker].WaitAsync(cancellation);
        try
        {
            bool dies = Uniform() < deaths, diesFirst = Uniform() < 0.5;
            var result = dies && diesFirst ? null : await Task.Run(() => ShardResult.FromBytes(_workers[worker].Run(ShardTask.FromBytes(task.ToBytes()), cancellation).ToBytes()), cancellation);
            if (!dies)
            {
                await Task.Delay((int)(Uniform() * 3), cancellation);
                return result!;
            }
            Deaths++;
            _workers[worker].Dispose();
            _workers[worker] = NewWorker();
            throw new WorkerLostException("It died.");
        }
        finally
        {
            _free[worker].Release();
        }
    }

    public void Dispose() => Array.ForEach(_workers, w => w.Dispose());

    private static ShardWorker NewWorker() => new(new ShardWorkerOptions { Threads = 1, RowBytes = 1 << 16 });

    private double Uniform() => _random.Uniform(Interlocked.Increment(ref _draws));
}

/// <summary>Serves so many rounds, then nobody comes.</summary>
internal sealed class DesertedCluster(IShardCluster served, int rounds) : IShardCluster
{
    public int Rounds { get; private set; }

    public ClusterSize Size => served.Size;

    public async Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
    {
        if (task.Kind == RoundWork.Kind && ++Rounds > rounds) await Task.Delay(Timeout.Infinite, cancellation);
        return await served.RunAsync(task, cancellation);
    }
}

/// <summary>Keeps a state in memory; from the given save on it fails, as where the coordinator dies.</summary>
internal sealed class MortalStore(int saves = int.MaxValue) : IJobStore
{
    private int _left = saves;

    public byte[]? State { get; set; }

    public int Saves { get; private set; }

    public Task<byte[]?> LoadAsync(CancellationToken cancellation) => Task.FromResult(State);

    public Task SaveAsync(byte[] state, CancellationToken cancellation)
    {
        if (_left-- <= 0) throw new IOException("The coordinator dies.");
        (State, Saves) = (state, Saves + 1);
        return Task.CompletedTask;
    }
}
