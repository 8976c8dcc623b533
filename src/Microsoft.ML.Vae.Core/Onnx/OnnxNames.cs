namespace Microsoft.ML.Vae.Core;

/// <summary>Names in an exported file beside those of <see cref="ParameterLayout"/>.</summary>
internal static class OnnxNames
{
    public const string ScalingOffsets = "scaling.offset", ScalingFactors = "scaling.factor", Noise = "loss.noise", Calibration = "calibration.scores";

    public const string Threshold = "threshold", FalseAlarmRate = "false_alarm_rate";

    /// <summary>A buffer of the bank, in the order of <see cref="ReferenceBank.Buffers"/>.</summary>
    public static string Bank(int buffer) => $"bank.{buffer}";
}
