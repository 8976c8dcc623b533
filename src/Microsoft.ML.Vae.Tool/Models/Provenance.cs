using System.Reflection;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Where a model comes from.</summary>
/// <param name="Tool">Version of mlvae.</param>
/// <param name="MLNet">Version of Microsoft.ML.</param>
/// <param name="Made">When.</param>
/// <param name="Verb">By which command.</param>
/// <param name="Source">Names of the files, or the query.</param>
/// <param name="Rows">Rows that were given, without those labelled as anomalies.</param>
/// <param name="Fingerprint">SHA-256 of their features, the first 16 digits: equal rows, equal fingerprint.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="Seconds">Training and calibration.</param>
/// <param name="History">Of the training.</param>
internal sealed record Provenance(
    string Tool, string MLNet, DateTimeOffset Made, string Verb, string Source, long Rows, string Fingerprint, FitSettings Settings, double Seconds, IReadOnlyList<TrainingProgress> History)
{
    /// <summary>The models that it went on from, or whose calibration was replaced, the last first; only the last training of theirs keeps its history.</summary>
    public IReadOnlyList<Provenance> Earlier { get; init; } = [];

    /// <summary>The training that made the weights: the last with a history; itself where none is known.</summary>
    [JsonIgnore]
    public Provenance LastTraining => Earlier.Prepend(this).FirstOrDefault(p => p.History.Count > 0) ?? this;

    /// <summary>The same, made out of another model.</summary>
    public Provenance After(Provenance before) => this with
    {
        Earlier = [.. before.Earlier.Prepend(before).Select(p => p with { Earlier = [], History = ReferenceEquals(p, before.LastTraining) ? p.History : [] })],
    };

    public static string ToolVersion { get; } = typeof(Provenance).Assembly.GetName().Version?.ToString(3) ?? "0";

    // Its assemblies all say 1.0.0.0.
    public static string MLNetVersion { get; } =
        $"{typeof(MLContext).Assembly.GetName().Name!.Replace(".Data", "", StringComparison.Ordinal)} {typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";
}

/// <summary>What a training was asked for, or a recalibration of it.</summary>
/// <param name="Seed">Fixes everything random.</param>
/// <param name="FalseAlarmRate">Share of normal rows that may be flagged.</param>
/// <param name="Contamination">Share of the rows that are anomalies themselves; null: none are.</param>
/// <param name="Confidence">With which the rate is kept; null: in the mean.</param>
/// <param name="Steps">0: as many as suit.</param>
/// <param name="IncludeMissingness">Whether the model watches for gaps.</param>
/// <param name="Tuned">What a search chose; null: the defaults.</param>
internal sealed record FitSettings(int Seed, double FalseAlarmRate, double? Contamination = null, double? Confidence = null, int Steps = 0, bool IncludeMissingness = false, VaeSearchOptions? Tuned = null);
