using System.Text.RegularExpressions;

namespace Microsoft.ML.Vae.Report.Tests.Charts;

public partial class ColourTests
{
    // WCAG 2.2, success criteria 1.4.3 (text) and 1.4.11 (graphics).
    private const double TextContrast = 4.5, GraphicsContrast = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Letters_and_series_stand_out_from_the_paper(int scheme)
    {
        string css = FigureStyle.Css.Split("@media")[scheme == 0 ? 0 : 2];
        double paper = Luminance(Colour(css, "paper", "fill"));
        foreach (string ink in new[] { "ink", "faint" }) Assert.InRange(Contrast(paper, Luminance(Colour(css, ink, "fill"))), TextContrast, 21);
        // Light blue, the sixth, is for what stands back.
        for (int i = 0; i < FigureStyle.SeriesCount; i++) Assert.InRange(Contrast(paper, Luminance(Colour(css, $"f{i}", "fill"))), i == 5 ? 2.5 : GraphicsContrast, 21);
    }

    [Fact]
    public void Amounts_grow_lighter_all_the_way()
    {
        double[] light = [.. Enumerable.Range(0, 101).Select(i => Luminance(ColourMap.Amount.At(i / 100.0).ToString()))];
        Assert.All(light.Zip(light.Skip(1)), pair => Assert.True(pair.Second > pair.First - 1e-3));
        Assert.Equal(ColourMap.Circle.At(0), ColourMap.Circle.At(1));
    }

    private static string Colour(string css, string style, string property) => Regex.Match(css, $@"\.{style}(?:,[^{{]*)?\{{{property}:(#[0-9a-f]+)").Groups[1].Value;

    private static double Luminance(string hex)
    {
        string full = hex.Length == 4 ? string.Concat(hex.Skip(1).Select(c => $"{c}{c}")) : hex[1..];
        double[] linear = [.. full.Chunk(2).Select(pair => Convert.ToInt32(new string(pair), 16) / 255.0).Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private static double Contrast(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
}
