namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A library at work on the workloads; the same calls, timed the same way.</summary>
internal interface IContestant : IDisposable
{
    string Name { get; }

    /// <summary>Whole training steps per second, order and noise of the batches included.</summary>
    double TrainingStepsPerSecond(Workload workload, double seconds);

    /// <summary>Rows encoded to the mean and decoded per second, in batches of 1024.</summary>
    double InferenceRowsPerSecond(Workload workload, double seconds);

    /// <summary>C = A·B of single-precision matrices, GFLOP/s.</summary>
    double ProductGigaflops(int rows, int columns, int steps, double seconds);
}
