using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>What a command that trains is asked for.</summary>
internal sealed class FitOptions
{
    private readonly Option<double?> _rate = new("--false-alarm-rate") { Description = "share of normal rows that may be flagged; 0.05" };
    private readonly Option<double?> _contamination = new("--contamination") { Description = "share of the rows that are anomalies themselves, where they are not all normal" };
    private readonly Option<double?> _confidence = new("--confidence") { Description = "keep the rate with this confidence, not in the mean" };
    private readonly Option<int> _seed = new("--seed") { Description = "fixes split, weights and noise" };
    private readonly Option<int> _steps = new("--steps") { Description = "training steps, at most; 0: as many as suit" };
    private readonly Option<bool> _missingness = new("--include-missingness") { Description = "that a value is missing may itself be the anomaly" };

    public void AddTo(System.CommandLine.Command command)
    {
        foreach (Option option in (Option[])[_rate, _contamination, _confidence, _seed, _steps, _missingness]) command.Add(option);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="before">What holds where nothing is said; null: the defaults.</param>
    public FitSettings Read(ParseResult parsed, FitSettings? before = null) => new(
        parsed.GetResult(_seed) is { Implicit: false } ? parsed.GetValue(_seed) : before?.Seed ?? 0,
        Share(parsed.GetValue(_rate), "--false-alarm-rate") ?? before?.FalseAlarmRate ?? 0.05,
        Share(parsed.GetValue(_contamination), "--contamination") ?? before?.Contamination,
        Share(parsed.GetValue(_confidence), "--confidence") ?? before?.Confidence,
        parsed.GetValue(_steps), parsed.GetValue(_missingness) || before?.IncludeMissingness == true, before?.Tuned);

    public static double? Share(double? value, string option) =>
        value is null or (> 0 and < 1) ? value : throw new UserErrorException($"{option} is {value.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}: expected a share between 0 and 1.");
}
