using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>All that the report says, in plain figures: made by <see cref="ReportBuilder"/>, written by <see cref="ReportFile"/>. Immutable.</summary>
public sealed record ReportData
{
    /// <summary>Heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>Whether the rows came with labels, so that "normal" means labelled so; else all rows are taken for normal where promises are checked.</summary>
    public required bool IsLabelled { get; init; }

    /// <summary>The source columns of the rows that were scored.</summary>
    public required IReadOnlyList<ColumnSummary> Columns { get; init; }

    /// <summary>What the model learned.</summary>
    public required LearnedSummary Learned { get; init; }

    /// <summary>How training went; empty: not known.</summary>
    public IReadOnlyList<TrainingProgress> History { get; init; } = [];

    /// <summary>Scores and threshold.</summary>
    public required ScoreSummary Scores { get; init; }

    /// <summary>What was promised, and what was kept.</summary>
    public required CalibrationSummary Calibration { get; init; }

    /// <summary>The most anomalous rows, most first.</summary>
    public required IReadOnlyList<AnomalousRow> Rows { get; init; }

    /// <summary>Columns as they were and are; empty: not compared.</summary>
    public IReadOnlyList<ColumnShift> Drift { get; init; } = [];

    /// <summary>How well anomalies were found; null: there are no labels of both kinds.</summary>
    public EvaluationSummary? Evaluation { get; init; }

    /// <summary>The plane of the most important latents; null: there is none.</summary>
    public LatentPlane? Map { get; init; }

    /// <summary>Where all this comes from.</summary>
    public required ReportProvenance Provenance { get; init; }
}

/// <summary>A source column as the scored rows hold it.</summary>
/// <param name="Name">As users call it.</param>
/// <param name="Kind">How the model sees it.</param>
/// <param name="Missing">Share of rows where it is missing; of a category: where none of its features is 1.</param>
/// <param name="Low">Least value; NaN for categories.</param>
/// <param name="Middle">Median, of a draw where there are many rows; of a flag the share of 1; NaN for categories.</param>
/// <param name="High">Greatest value; NaN for categories.</param>
/// <param name="Common">The most frequent categories with their shares, most first; else empty.</param>
public sealed record ColumnSummary(string Name, ColumnKind Kind, double Missing, double Low, double Middle, double High, IReadOnlyList<(string Category, double Share)> Common);

/// <summary>What a model learned.</summary>
/// <param name="Features">m.</param>
/// <param name="Latents">Each latent.</param>
/// <param name="Verdict">Whether the density can be trusted, in a few sentences.</param>
/// <param name="Network">The networks, for people.</param>
/// <param name="Likelihood">Its name.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="KnownRows">Rows that the detector remembers; 0: none.</param>
public sealed record LearnedSummary(int Features, IReadOnlyList<LatentSummary> Latents, string Verdict, string Network, string Likelihood, int Parameters, int KnownRows);

/// <summary>A latent.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Share">Share of the active latents' variance; 0 where it is collapsed.</param>
/// <param name="IsActive">Whether it carries information.</param>
/// <param name="NormRatio">Norm of its tangent in units of the expected one; 1 where the theory holds.</param>
/// <param name="Cosine">Mean absolute cosine with the others; 0 where the theory holds.</param>
public sealed record LatentSummary(int Index, double Share, bool IsActive, double NormRatio, double Cosine);

/// <summary>Scores and decisions.</summary>
/// <param name="Rows">Rows seen.</param>
/// <param name="WithoutScore">Those whose score is NaN.</param>
/// <param name="Flagged">Those above the threshold.</param>
/// <param name="Threshold">Nats; +∞: nothing is flagged.</param>
/// <param name="Edges">Ends of the histogram's bins, [k + 1], nats.</param>
/// <param name="Normal">Rows in each bin that are no known anomalies, [k].</param>
/// <param name="Anomalous">Known anomalies in each bin, [k].</param>
public sealed record ScoreSummary(long Rows, long WithoutScore, long Flagged, float Threshold, IReadOnlyList<double> Edges, IReadOnlyList<long> Normal, IReadOnlyList<long> Anomalous);

/// <summary>Promises and how they were kept.</summary>
/// <param name="IsPromise">Whether the rows that calibrated were normal; else nothing is promised of normal rows.</param>
/// <param name="Rows">Held-out rows that calibrated.</param>
/// <param name="Promised">False-alarm rate that the threshold promises in the mean over calibrations; 0: nothing is flagged.</param>
/// <param name="Bound">Rate that it stays below with 95 % confidence.</param>
/// <param name="Kept">Flagged share of the normal rows seen.</param>
/// <param name="Low">Lower end of where the kept share lies in 95 % of cases if the promise holds.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Normals">Normal rows seen.</param>
/// <param name="Reliability">The same for other rates.</param>
public sealed record CalibrationSummary(bool IsPromise, int Rows, double Promised, double Bound, double Kept, double Low, double High, long Normals, IReadOnlyList<KeptPromise> Reliability)
{
    /// <summary>Whether the kept share lies where it should.</summary>
    public bool IsKept => Kept >= Low && Kept <= High;
}

/// <summary>A rate, the share of normal rows whose p-value is at most that, and where it lies in 95 % of cases if p-values are right.</summary>
/// <param name="Rate">α.</param>
/// <param name="Share">Measured.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record KeptPromise(double Rate, double Share, double Low, double High);

/// <summary>One of the most anomalous rows.</summary>
/// <param name="Row">Its number, from 1, in the order in which rows came.</param>
/// <param name="Score">Nats.</param>
/// <param name="PValue">Share of held-out normal rows that score as high.</param>
/// <param name="IsFlagged">Whether it lies above the threshold.</param>
/// <param name="IsAnomaly">Its label; null: none.</param>
/// <param name="Reasons">The columns that make its score, most first.</param>
public sealed record AnomalousRow(long Row, float Score, double PValue, bool IsFlagged, bool? IsAnomaly, IReadOnlyList<Reason> Reasons);

/// <summary>A column as it was and as it is.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Feature">That of its features which differs most.</param>
/// <param name="Distance">Kolmogorov and Smirnov's, in [0, 1]: the largest difference of the distribution functions, an effect size.</param>
/// <param name="PValue">P(a distance at least this) if nothing changed.</param>
/// <param name="HasMoved">Whether it counts after Bonferroni's correction over all features at 1 %.</param>
/// <param name="Before">Mean of the earlier rows.</param>
/// <param name="Now">Mean of the rows that were scored, those labelled anomalous aside.</param>
/// <param name="Shift">Their difference in standard deviations of the earlier rows; NaN where these do not vary.</param>
public sealed record ColumnShift(string Column, string Feature, double Distance, double PValue, bool HasMoved, double Before, double Now, double Shift);

/// <summary>A figure with its 95 % interval.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Measured(double Value, double Low, double High);

/// <summary>How well anomalies were found. Scores that differ by less than one part in two thousand count as equal.</summary>
/// <param name="Anomalies">Anomalous rows with a score.</param>
/// <param name="Normals">Normal rows with a score.</param>
/// <param name="AreaUnderRocCurve">P(anomaly scores above normal).</param>
/// <param name="AveragePrecision">Area under the precision–recall curve.</param>
/// <param name="F1">Of the decisions.</param>
/// <param name="Precision">Of the decisions; NaN where nothing is flagged.</param>
/// <param name="Recall">Of the decisions.</param>
/// <param name="Roc">False-alarm rate and recall along the ranking, at most a few hundred points.</param>
/// <param name="PrecisionRecall">Recall and precision along the ranking.</param>
public sealed record EvaluationSummary(
    long Anomalies, long Normals, Measured AreaUnderRocCurve, Measured AveragePrecision, Measured F1, Measured Precision, Measured Recall,
    IReadOnlyList<(double FalseAlarmRate, double Recall)> Roc, IReadOnlyList<(double Recall, double Precision)> PrecisionRecall);

/// <summary>The plane of the two most important latents, the others at their mean.</summary>
/// <param name="First">Index of the horizontal latent.</param>
/// <param name="Second">Index of the vertical one.</param>
/// <param name="Others">Latents that carry information too, and are held at their mean.</param>
/// <param name="X">Codes of a draw of rows along the first.</param>
/// <param name="Y">Along the second.</param>
/// <param name="Scores">Scores of the same rows.</param>
/// <param name="Low">Lower left corner of the fields, [2].</param>
/// <param name="High">Upper right corner, [2].</param>
/// <param name="Cells">Cells of the fields along each side.</param>
/// <param name="LogDensity">ln of the density of codes, [Cells, Cells], lowest row first; −∞ where there is none.</param>
/// <param name="LogMagnification">ln √det G of the decoder, in scaled features per latent area; empty: the decoder has no plane (see <paramref name="Note"/>).</param>
/// <param name="Note">What cannot be shown, and why; empty: nothing.</param>
public sealed record LatentPlane(
    int First, int Second, IReadOnlyList<int> Others, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double> Scores,
    IReadOnlyList<double> Low, IReadOnlyList<double> High, int Cells, IReadOnlyList<double> LogDensity, IReadOnlyList<double> LogMagnification, string Note);

/// <summary>Where a report comes from. Nothing is read from the machine: what is not given is not said, and the same input gives the same bytes.</summary>
public sealed record ReportProvenance
{
    /// <summary>When it was made, by the caller's clock; null: not said.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What was scored, e.g. a file's name.</summary>
    public string? Data { get; init; }

    /// <summary>What scored it, e.g. the model's file.</summary>
    public string? Model { get; init; }

    /// <summary>Of training; null: not known.</summary>
    public int? Seed { get; init; }

    /// <summary>Checksum of the scored rows; the builder sets it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Versions of what took part, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Versions { get; init; } = [];

    /// <summary>Options that were set, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];
}
