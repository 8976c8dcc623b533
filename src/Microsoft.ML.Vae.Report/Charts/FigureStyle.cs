using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>The look of all figures: colours for light, dark and print, and letters of the reader's own system.</summary>
public static class FigureStyle
{
    /// <summary>Number of colours of a series: beyond, they begin again.</summary>
    public const int SeriesCount = 7;

    internal const int LevelCount = 16;

    // Okabe and Ito 2008, told apart whatever one's eyes; the order puts the strongest contrasts first, the last is for what stands back. On dark paper they are lighter.
    private static readonly string[] Light = ["#0072b2", "#d55e00", "#009e73", "#aa4499", "#b07d00", "#2a9fd6", "#6e7781"];
    private static readonly string[] Dark = ["#56b4e9", "#ff8c42", "#2fc79b", "#e39ac4", "#f0c045", "#a5d8ff", "#9aa4af"];

    /// <summary>The style sheet, for pages that hold fragments; files bring their own. It concerns elements within the class "figure" alone.</summary>
    public static string Css { get; } = Build();

    internal static string Series(int index) => $"{((index % SeriesCount) + SeriesCount) % SeriesCount}";

    private static string Build()
    {
        var css = new StringBuilder();
        css.Append(".figure{font:12px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Liberation Sans\",Arial,sans-serif;font-variant-numeric:tabular-nums}");
        css.Append(".figure .title{font-size:14px;font-weight:600}.figure .small{font-size:11px}.figure .axis{stroke-width:1;fill:none}.figure .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}");
        css.Append(".figure .dashed{stroke-dasharray:5 4}.figure .dots{fill:none;stroke-linecap:round}.figure .band{fill-opacity:.18}.figure .bar{fill-opacity:.85}.figure .rule{fill:none;stroke-width:1.5;stroke-dasharray:5 4}");
        css.Append(Inks("#fff", "#1f2328", "#57606a", "#dde2e8", Light, isDark: false));
        return css.Append("@media (prefers-color-scheme:dark){@media screen{").Append(Inks("#14181d", "#e6edf3", "#a3adb8", "#323a44", Dark, isDark: true)).Append("}}").ToString();
    }

    private static string Inks(string paper, string ink, string faint, string grid, string[] series, bool isDark)
    {
        var css = new StringBuilder();
        css.Append($".figure .paper{{fill:{paper}}}.figure .ink,.figure .title{{fill:{ink}}}.figure .faint,.figure .small{{fill:{faint}}}.figure .grid{{stroke:{grid};fill:none}}.figure .axis{{stroke:{faint}}}.figure .rule{{stroke:{ink}}}");
        for (int i = 0; i < SeriesCount; i++) css.Append($".figure .f{i}{{fill:{series[i]}}}.figure .l{i}{{stroke:{series[i]}}}");
        for (int i = 0; i < LevelCount; i++) css.Append($".figure .v{i}{{stroke:{Level(i, isDark)}}}.figure .w{i}{{fill:{Level(i, isDark)}}}");
        return css.ToString();
    }

    // Much stands out: dark on white, bright on black.
    private static string Level(int level, bool isDark)
    {
        double t = level / (LevelCount - 1.0);
        return ColourMap.Amount.At(isDark ? 0.3 + (0.7 * t) : 0.85 * (1 - t)).ToString();
    }
}
