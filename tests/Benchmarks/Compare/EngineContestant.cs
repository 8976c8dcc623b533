using System.Diagnostics;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>One of our engines, fed by the trainer's own batch sequence.</summary>
internal sealed class EngineContestant(ITrainingEngineFactory factory, int threads, bool processorTime) : IContestant
{
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Dictionary<(int, int, int), ProductBench> _products = [];

    public string Name => $"{factory.Name} engine, {threads} thread{(threads > 1 ? "s" : "")}";

    /// <summary>Bytes that this thread allocated in all timed steps; the sequence's order of each epoch is not counted.</summary>
    public long AllocatedBytes { get; private set; }

    public double TrainingStepsPerSecond(Workload workload, double seconds)
    {
        var session = Get(workload);
        session.Step(); // the first step makes what all others use
        return Rate.Of(() => AllocatedBytes += session.Step(), seconds, processorTime);
    }

    public double InferenceRowsPerSecond(Workload workload, double seconds)
    {
        var session = Get(workload);
        return Rate.Of(session.Infer, seconds, processorTime) * Session.InferenceBatch;
    }

    public double ProductGigaflops(int rows, int columns, int steps, double seconds)
    {
        if (!_products.TryGetValue((rows, columns, steps), out var bench)) _products[(rows, columns, steps)] = bench = ProductBench.Create(rows, columns, steps);
        return Rate.Of(bench.Run, seconds, processorTime) * 2e-9 * rows * columns * steps;
    }

    /// <summary>Seconds of the fastest step, of its phases over rows and of those over blocks of weights, and the number of phases: what interrupts a thread is not the engine's.</summary>
    public (double Step, double Rows, double Blocks, double Phases) Profile(Workload workload, double seconds)
    {
        var session = Get(workload);
        session.Step();
        var best = (Step: double.PositiveInfinity, Rows: 0.0, Blocks: 0.0, Phases: 0.0);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            var before = session.Spent;
            long begin = Stopwatch.GetTimestamp();
            session.Step();
            var (elapsed, after) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, session.Spent);
            if (elapsed < best.Step) best = (elapsed, (after.Rows - before.Rows).TotalSeconds, (after.Blocks - before.Blocks).TotalSeconds, after.Phases - before.Phases);
        }
        return best;
    }

    /// <summary>Threads of its steps.</summary>
    public int Threads => threads;

    public void Dispose()
    {
        foreach (var session in _sessions.Values) session.Dispose();
    }

    private Session Get(Workload workload)
    {
        if (!_sessions.TryGetValue(workload.Name, out var session)) _sessions[workload.Name] = session = new Session(workload, factory, threads);
        return session;
    }

    private sealed class Session : IDisposable
    {
        public const int InferenceBatch = 1024;

        private readonly ITrainingEngine _engine;
        private readonly BatchSequence _batches;
        private readonly StepSettings _settings = new(1e-3, 1, double.PositiveInfinity);
        private readonly BatchInference _inference;
        private readonly float[] _rows;
        private readonly int _features;
        private readonly Action _prepareNext;
        private int _next, _drawingThread;
        private long _drawingBytes;

        public Session(Workload workload, ITrainingEngineFactory factory, int threads)
        {
            var architecture = workload.Architecture;
            var initial = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1));
            (_rows, _features) = (workload.RandomRows(), workload.Features);
            _engine = factory.Create(architecture, initial, new EngineSettings { MaximumBatchSize = workload.BatchSize, Threads = threads });
            _batches = new BatchSequence(new MatrixRows(_rows, workload.Features), workload.Latents, workload.BatchSize, RandomStream.FromSeed(2), default);
            _prepareNext = DrawNext;
            _inference = new BatchInference(new VaeModel(architecture, initial, 1), InferenceBatch, threads);
        }

        public (TimeSpan Rows, TimeSpan Blocks, long Phases) Spent => ((IPhasedEngine)_engine).Spent;

        public long Step()
        {
            var batch = _batches.Next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            _engine.Step(batch, _settings, _prepareNext);
            return GC.GetAllocatedBytesForCurrentThread() - before - (_drawingThread == Environment.CurrentManagedThreadId ? _drawingBytes : 0);
        }

        private void DrawNext()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _batches.Prepare();
            (_drawingThread, _drawingBytes) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        public void Infer()
        {
            _inference.Run(_rows.AsSpan(_next * _features, InferenceBatch * _features));
            _next = (_next + InferenceBatch) % ((_rows.Length / _features) - InferenceBatch);
        }

        public void Dispose()
        {
            _engine.Dispose();
            _batches.Dispose();
            _inference.Dispose();
        }
    }
}
