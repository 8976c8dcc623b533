using BenchmarkDotNet.Attributes;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>One row (the latency of a prediction engine) and a batch: posterior alone, and the loss with its draws.</summary>
[MemoryDiagnoser]
public class ScoringBenchmarks
{
    private const int MaximumRows = 1024;

    private VaeScorer _scorer = null!;
    private float[] _rows = [];

    [Params("T", "K", "M")]
    public string Network { get; set; } = "";

    [Params(1, MaximumRows)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var workload = Workload.All.Single(w => w.Name == Network);
        _scorer = new VaeScorer(new VaeModel(workload.Architecture, VaeParameters.Initialize(workload.Architecture, RandomStream.FromSeed(1)), 1), MaximumRows, LossEstimator.Default);
        _rows = (workload with { Rows = Rows }).RandomRows();
    }

    [Benchmark]
    public void Posterior() => _scorer.Score(_rows, Rows, VaeOutputs.Posterior);

    [Benchmark]
    public void Loss() => _scorer.Score(_rows, Rows, VaeOutputs.Loss);
}
