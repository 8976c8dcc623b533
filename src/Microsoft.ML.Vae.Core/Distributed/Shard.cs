namespace Microsoft.ML.Vae.Core;

/// <summary>A part of a data set that any worker can read: a file, one of several equal parts of it, or whatever a registered format makes of its path.</summary>
/// <param name="Path">A file in a folder that all workers see; of a format of your own anything, such as a query with its bounds.</param>
/// <param name="Format">A name in <see cref="ShardFormats"/>.</param>
/// <param name="Settings">What the format must know beside the path, as text.</param>
/// <param name="Part">Which part, from 0.</param>
/// <param name="Parts">How many there are; 1: the whole.</param>
public sealed record Shard(string Path, string Format, string Settings = "", int Part = 0, int Parts = 1)
{
    /// <summary>What people call it; no two shards of a job share it.</summary>
    public string Name => Parts == 1 ? Path : $"{Path} ({Part + 1} of {Parts})";

    /// <summary>A file of numbers, as <see cref="CsvRows"/> reads it.</summary>
    public static Shard Csv(string path, CsvOptions? options = null) => new(path, ShardFormats.Csv, HeaderJson.Write(options ?? new CsvOptions()));

    /// <summary>A file that <see cref="BinaryRows"/> wrote.</summary>
    public static Shard Binary(string path) => new(path, ShardFormats.Binary);

    /// <summary>A table of texts and numbers, as <see cref="TableRows"/> reads it; it has no parts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">What becomes of its columns: one for all shards of a job.</param>
    public static Shard Table(string path, TablePlan plan)
    {
        using var json = new MemoryStream();
        TablePlanFile.Save(plan, json);
        return new(path, ShardFormats.Table, System.Text.Encoding.UTF8.GetString(json.ToArray()));
    }

    /// <summary>A part of this shard.</summary>
    internal Shard Cut(int part, int parts) => this with { Part = (Part * parts) + part, Parts = Parts * parts };
}
