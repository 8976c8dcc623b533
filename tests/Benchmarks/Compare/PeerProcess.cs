using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>PyTorch (and, through it, OpenBLAS) in a process of its own that obeys lines; it stays warm and idle between its turns.</summary>
internal sealed class PeerProcess : IContestant
{
    private readonly Process _process;

    public PeerProcess(CompareOptions options, int threads, bool foreachAdam, bool channelsLast = false)
    {
        Name = $"PyTorch {threads} thread{(threads > 1 ? "s" : "")}{(foreachAdam ? ", foreach" : "")}{(channelsLast ? ", channels last" : "")}";
        ImagesOnly = channelsLast;
        var start = new ProcessStartInfo(options.Python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "peers", "vae_torch.py"));
        start.ArgumentList.Add(threads.ToString(CultureInfo.InvariantCulture));
        if (foreachAdam) start.ArgumentList.Add("foreach");
        if (channelsLast) start.ArgumentList.Add("last");
        if (options.ProcessorTime) start.ArgumentList.Add("processor");
        foreach (var (name, value) in Environment(options, threads)) start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{options.Python} did not start.");
        Setup = Read();
    }

    public string Name { get; }

    /// <summary>A memory layout of images: nothing else is asked of it.</summary>
    public bool ImagesOnly { get; }

    /// <summary>Versions and linear algebra, as the peer reports them.</summary>
    public string Setup { get; }

    public double TrainingStepsPerSecond(Workload workload, double seconds) => Ask($"train {workload.Name} {seconds}");

    public double InferenceRowsPerSecond(Workload workload, double seconds) => Ask($"infer {workload.Name} {seconds}");

    public double ProductGigaflops(int rows, int columns, int steps, double seconds) => Ask($"gemm {rows} {columns} {steps} {seconds}");

    public void Dispose()
    {
        _process.StandardInput.WriteLine("quit");
        _process.WaitForExit();
        _process.Dispose();
    }

    // OpenBLAS 0.3.21 takes newer cores for older ones; without a large mmap threshold, malloc returns each temporary to the system.
    private static IEnumerable<(string Name, string Value)> Environment(CompareOptions options, int threads)
    {
        yield return ("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture));
        yield return ("MALLOC_MMAP_THRESHOLD_", "268435456");
        yield return ("MALLOC_TRIM_THRESHOLD_", "1073741824");
        if (options.OpenBlas is null) yield break;
        yield return ("LD_LIBRARY_PATH", options.OpenBlas);
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported) yield return ("OPENBLAS_CORETYPE", "SkylakeX");
    }

    private double Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        return double.Parse(Read(), CultureInfo.InvariantCulture);
    }

    private string Read() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended early; its own error is above.");
}
