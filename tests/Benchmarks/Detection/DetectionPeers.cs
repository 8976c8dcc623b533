using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>scikit-learn's detectors on the same split, by peers/detectors.py.</summary>
internal static class DetectionPeers
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "peers", "detectors.py");

    /// <summary>Whether Python and scikit-learn are there; if not, says so.</summary>
    public static bool AreThere(string python)
    {
        if (Run(python, ["-c", "import sklearn"], out _) == 0) return true;
        Console.WriteLine($"peers: skipped, '{python}' does not import sklearn");
        return false;
    }

    /// <summary>Metrics of each peer, by its name.</summary>
    public static IEnumerable<(string Name, DetectionMetrics Metrics)> Judge(string python, LabelledSplit split, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("mlvae-peers-");
        try
        {
            foreach (var (name, rows) in new[] { ("train", split.Train), ("test", split.Test) })
                File.WriteAllBytes(Path.Combine(folder.FullName, name), MemoryMarshal.AsBytes<float>(rows.ToArray()));
            int exit = Run(python, [Script, folder.FullName, $"{split.Train.FeatureCount}", $"{seed}"], out string error);
            if (exit != 0) throw new InvalidOperationException($"The peers failed: {error}");
            foreach (string file in Directory.EnumerateFiles(folder.FullName, "*.scores").Order(StringComparer.Ordinal))
                yield return (Path.GetFileNameWithoutExtension(file), DetectionMetrics.Compute(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray(), split.IsAnomaly));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Run(string python, string[] arguments, out string error)
    {
        error = "";
        try
        {
            var start = new ProcessStartInfo(python, arguments) { RedirectStandardError = true };
            start.Environment["OPENBLAS_NUM_THREADS"] = "1";
            using var process = Process.Start(start)!;
            error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            error = e.Message;
            return -1;
        }
    }
}
