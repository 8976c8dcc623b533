using System.Globalization;

namespace Microsoft.ML.Vae.Report;

/// <summary>Figures as people read them.</summary>
internal static class Say
{
    private const int LongestName = 80;

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN => "—",
        double.PositiveInfinity => value > 0 ? "∞" : "−∞",
        >= 1e9 or (> 0 and < 1e-3) => AxisRange.Scientific(value, Math.Abs(value) / 100),
        >= 1e4 => Minus(value.ToString("N0", CultureInfo.InvariantCulture)),
        _ => Minus(value.ToString("G4", CultureInfo.InvariantCulture)),
    };

    /// <summary>So many latents besides those on a map.</summary>
    public static string MoreLatents(int count) => count == 1 ? "1 more latent carries information" : $"{count} more latents carry information";

    /// <summary>A share in per cent, which no line break parts from its sign.</summary>
    public static string Percent(double share, int decimals = 1) => !double.IsFinite(share) ? "—" : $"{(100 * share).ToString(Math.Abs(share) is > 0 and < 0.001 ? "G2" : $"F{decimals}", CultureInfo.InvariantCulture)}\u00a0%";

    public static string Share(double share) => double.IsNaN(share) ? "—" : share.ToString("F3", CultureInfo.InvariantCulture);

    public static string Interval(double low, double high) => double.IsNaN(low) ? "—" : $"{Share(low)} to {Share(high)}";

    public static string OneIn(double times) => times switch
    {
        < 2 => "not rare",
        < 1e5 => $"1 in {times.ToString("N0", CultureInfo.InvariantCulture)}",
        < 1e6 => $"1 in {(times / 1e3).ToString("N0", CultureInfo.InvariantCulture)} thousand",
        < 1e9 => $"1 in {(times / 1e6).ToString("N0", CultureInfo.InvariantCulture)} million",
        _ => "1 in > 10⁹",
    };

    /// <summary>A name of any length, as a page can bear it.</summary>
    public static string Name(string text) => text.Length <= LongestName ? text : text[..(char.IsHighSurrogate(text[LongestName - 2]) ? LongestName - 2 : LongestName - 1)] + "…";

    private static string Minus(string text) => text.Replace('-', '−');
}
