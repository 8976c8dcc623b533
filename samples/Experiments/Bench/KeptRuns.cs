using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Experiments;

/// <summary>Finished runs as JSON files: OUT/SIZE/EXPERIMENT/MODEL-SEED.json. A file is written whole or not at all, so that work can be stopped at any time; a new run's value is read from its file, as a kept one's is.</summary>
internal sealed class KeptRuns(string folder)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireAll } },
    };

    public KeptRuns(StudySettings settings) : this(Path.Combine(settings.Out, settings.Size.ToString().ToLowerInvariant())) { }

    /// <summary>Whether nothing is kept yet.</summary>
    public bool IsEmpty => !Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Any();

    public string PathOf(string experiment, string run, string extension)
    {
        string directory = Path.Combine(folder, experiment);
        Directory.CreateDirectory(directory);
        return Path.Combine(directory, $"{run.Replace(' ', '-')}.{extension}");
    }

    /// <summary>A finished run, or does it now and keeps it.</summary>
    /// <exception cref="InvalidDataException">What is kept is of an earlier program, which kept other members.</exception>
    /// <exception cref="InvalidOperationException">A file does not hold all of the value.</exception>
    public (T Value, bool IsNew, RunTime Time) Get<T>(string experiment, string run, Func<T> make)
    {
        string path = PathOf(experiment, run, "json");
        if (File.Exists(path)) return Read(isNew: false);
        // Of the processor, since what else the machine does is no property of a run; and by the clock, since threads and cores are.
        var (before, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        T value = make();
        Write(path, new Kept<T>(new RunTime((Environment.CpuUsage.TotalTime - before).TotalMinutes, watch.Elapsed.TotalMinutes), value));
        return Read(isNew: true);

        (T, bool, RunTime) Read(bool isNew)
        {
            var kept = KeptRuns.Read<Kept<T>>(path);
            return (kept.Value, isNew, kept.Time);
        }
    }

    /// <summary>Replaces what may be there.</summary>
    public void Put<T>(string experiment, string run, T value) => Write(PathOf(experiment, run, "json"), value);

    /// <summary>What <see cref="Put"/> wrote; null where nothing did.</summary>
    public T? Find<T>(string experiment, string run)
        where T : class
    {
        string path = PathOf(experiment, run, "json");
        return File.Exists(path) ? Read<T>(path) : null;
    }

    private static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException other)
        {
            throw new InvalidDataException($"{path} holds something else than this program keeps: delete it. {other.Message}", other);
        }
    }

    private static void Write<T>(string path, T value)
    {
        string text = JsonSerializer.Serialize(value, Json);
        if (JsonSerializer.Serialize(JsonSerializer.Deserialize<T>(text, Json), Json) != text) throw new InvalidOperationException($"{typeof(T)} is not what it was when read from a file.");
        File.WriteAllText(path + ".part", text);
        File.Move(path + ".part", path, overwrite: true);
    }

    // A member that a file lacks would be null or 0, and a value without members would be another one.
    private static void RequireAll(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && type.Properties.Count == 0) throw new InvalidOperationException($"{type.Type} has nothing that a file could hold.");
        foreach (var property in type.Properties.Where(p => p.Set is not null)) property.IsRequired = true;
    }

    private sealed record Kept<T>(RunTime Time, T Value);
}
