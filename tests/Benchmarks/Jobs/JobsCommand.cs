using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Whole jobs, from a CSV file to a saved model and scores, beside PyTorch with the same recipe and steps and scikit-learn's detectors; each in a process of its own, one after another.</summary>
internal static class JobsCommand
{
    private const string Ours = "MLVae";

    // 10⁵ rows near a surface of four dimensions in twenty features, one in a hundred with two features drawn anew.
    private const int GeneratedRows = 100_000, GeneratedFeatures = 20, Hidden = 4, RowsPerAnomaly = 100;

    private static readonly string[] Peers = ["torch", "forest", "knn", "lof"];

    /// <summary>Runs all jobs; the wall-clock seconds of ours, by the job's name.</summary>
    public static Dictionary<string, double> Run(CompareOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("mlvae-jobs-");
        var seconds = new Dictionary<string, double>();
        try
        {
            JobSource[] jobs = [new("table", Generate(Path.Combine(folder.FullName, "table.csv"))), .. options.Jobs];
            foreach (var job in jobs)
            {
                Console.WriteLine($"\n{job.Name}: {"",-18} seconds  processor  × ours   AUROC  average precision");
                var ours = Enumerable.Range(0, options.JobRounds).Select(_ => AskOurs(job)).ToArray();
                double processor = ours.Select(o => o[1]).Order().ElementAt(ours.Length / 2);
                seconds[job.Name] = ours.Select(o => o[0]).Order().ElementAt(ours.Length / 2);
                Print(Ours, [seconds[job.Name], processor, .. ours[0][2..]], processor);
                if (!options.Peers) continue;
                string limit = options.JobLimit.ToString(CultureInfo.InvariantCulture);
                foreach (string peer in Peers) Print(peer, Ask(new ProcessStartInfo(options.Python, [Script, peer, .. job.Arguments, $"{ours[0][4]}", limit]), out _), processor, limit);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return seconds;
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "peers", "jobs.py");

    private static ProcessStartInfo OurProcess(string[] arguments) => new(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(JobsCommand).Assembly.Location, .. arguments] : arguments);

    private static double[] AskOurs(JobSource job) =>
        Ask(OurProcess(["job", .. job.Arguments]), out int code) ?? throw new InvalidOperationException($"Our own job '{job.Name}' failed with exit code {code}; its error is above.");

    // Null: it took more than the limit, or failed.
    private static double[]? Ask(ProcessStartInfo start, out int code)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        code = process.ExitCode;
        return code == 0 ? [.. output.Split(' ', StringSplitOptions.TrimEntries).Select(v => double.Parse(v, CultureInfo.InvariantCulture))] : null;
    }

    private static void Print(string name, double[]? result, double ours, string limit = "") => Console.WriteLine(result is null
        ? $"  {name,-24} more than {limit} s of processor time, or failed"
        : $"  {name,-24} {result[0],7:F1} {result[1],10:F1} {result[1] / ours,7:F2} {result[2],8:F4} {result[3],8:F4}{(name == Ours ? $"   {result[4]:F0} steps" : "")}");

    private static string Generate(string path)
    {
        var random = RandomStream.FromSeed(7);
        var (weights, hidden, noise) = (new float[Hidden * GeneratedFeatures], new float[GeneratedRows * Hidden], new float[GeneratedRows * GeneratedFeatures]);
        random.Split(0).Normals(weights);
        random.Split(1).Normals(hidden);
        random.Split(2).Normals(noise);
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, GeneratedFeatures).Select(i => $"f{i}").Append("label")));
        for (int r = 0; r < GeneratedRows; r++)
        {
            bool isAnomaly = r % RowsPerAnomaly == 0;
            for (int i = 0; i < GeneratedFeatures; i++)
            {
                float sum = 0, own = noise[(r * GeneratedFeatures) + i];
                for (int j = 0; j < Hidden; j++) sum += weights[(j * GeneratedFeatures) + i] * hidden[(r * Hidden) + j];
                bool isForeign = isAnomaly && (i == r / RowsPerAnomaly % GeneratedFeatures || i == ((r / RowsPerAnomaly) + 7) % GeneratedFeatures);
                writer.Write((isForeign ? own : MathF.Tanh(sum) + (0.1f * own)).ToString("G6", CultureInfo.InvariantCulture));
                writer.Write(',');
            }
            writer.WriteLine(isAnomaly ? '1' : '0');
        }
        return path;
    }
}
