using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments;

/// <summary>Finished runs as JSON files: OUT/SIZE/EXPERIMENT/MODEL-SEED.json. A file is written whole or not at all, so that work can be stopped at any time; a new run's value is read from its file, as a kept one's is.</summary>
internal sealed class KeptRuns(string folder)
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IncludeFields = true };

    public string PathOf(string experiment, string run, string extension)
    {
        string directory = Path.Combine(folder, experiment);
        Directory.CreateDirectory(directory);
        return Path.Combine(directory, $"{run.Replace(' ', '-')}.{extension}");
    }

    public (T Value, bool IsNew, double Minutes) Get<T>(string experiment, string run, Func<T> make)
    {
        string path = PathOf(experiment, run, "json");
        if (File.Exists(path)) return Read(isNew: false);
        // Of the processor: what else the machine does is no property of a run.
        TimeSpan before = Environment.CpuUsage.TotalTime;
        T value = make();
        double minutes = (Environment.CpuUsage.TotalTime - before).TotalMinutes;
        Write(path, new Kept<T>(minutes, value));
        return Read(isNew: true);

        (T, bool, double) Read(bool isNew)
        {
            var kept = JsonSerializer.Deserialize<Kept<T>>(File.ReadAllText(path), Json) ?? throw new InvalidDataException($"{path} holds no run; delete it.");
            return (kept.Value, isNew, kept.Minutes);
        }
    }

    /// <summary>Replaces what may be there.</summary>
    public void Put<T>(string experiment, string run, T value) => Write(PathOf(experiment, run, "json"), value);

    /// <summary>What <see cref="Put"/> wrote; null where nothing did.</summary>
    public T? Find<T>(string experiment, string run)
        where T : class
    {
        string path = PathOf(experiment, run, "json");
        return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json) : null;
    }

    private static void Write<T>(string path, T value)
    {
        File.WriteAllText(path + ".part", JsonSerializer.Serialize(value, Json));
        File.Move(path + ".part", path, overwrite: true);
    }

    private sealed record Kept<T>(double Minutes, T Value);
}
