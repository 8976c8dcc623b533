using System.Globalization;
using System.Text;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Two pictures as SVG: how training went, and how the scores of normal rows and anomalies differ.</summary>
internal static class Charts
{
    private const int Width = 720, Height = 360, Left = 56, Right = 24, Top = 56, Bottom = 52;
    private const string Blue = "#1565c0", Red = "#c62828", Grey = "#9e9e9e";

    public static string LearningCurve(IReadOnlyList<TrainingProgress> history)
    {
        var training = history.Select(h => (X: (double)h.Step, Y: h.TrainingLoss)).ToArray();
        var validation = history.Where(h => h.ValidationLoss is not null).Select(h => (X: (double)h.Step, Y: h.ValidationLoss!.Value)).ToArray();
        // The first lines fall from far above and would flatten all that matters.
        double[] shown = [.. training.Concat(validation).Select(p => p.Y).Order()];
        double low = shown[0], high = Math.Max(low + 1e-6, shown[(int)(0.9 * (shown.Length - 1))]);
        var (x, y) = (Axis.Round(0, training[^1].X), Axis.Round(low, high));
        var svg = Start("Learning: loss of a row (−ELBO, nats)", "training step");
        HorizontalLines(svg, y, v => $"{v:G4}");
        Ticks(svg, x, x.Ticks().Select(v => (v, $"{v:G6}")));
        Line(svg, x, y, training, Grey);
        Line(svg, x, y, validation, Blue);
        Legend(svg, (Grey, "training"), (Blue, "held-out rows"));
        return svg.Append("</svg>\n").ToString();
    }

    public static string ScoreHistogram(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, float threshold)
    {
        const int Bins = 60;
        double[] logs = [.. scores.Select(Log)];
        var x = new Axis(logs.Min(), Math.Max(logs.Min() + 1e-6, logs.Max()));
        double[] normal = Shares(false), anomalous = Shares(true);
        var y = Axis.Round(0, normal.Concat(anomalous).Max());
        var svg = Start("Scores of test rows: percentage of each class", "score in nats, logarithmic scale; to the right: more anomalous");
        HorizontalLines(svg, y, v => $"{v:G4} %");
        Ticks(svg, x, ScoreTicks(x));
        Bars(svg, x, y, normal, Blue);
        Bars(svg, x, y, anomalous, Red);
        if (float.IsFinite(threshold)) Mark(svg, X(x, Log(threshold)), "threshold");
        Legend(svg, (Blue, "normal"), (Red, "anomalous"));
        return svg.Append("</svg>\n").ToString();

        double[] Shares(bool label)
        {
            var counts = new double[Bins];
            for (int i = 0; i < logs.Length; i++)
                if (labels[i] == label) counts[Math.Min(Bins - 1, (int)((logs[i] - x.Low) / (x.High - x.Low) * Bins))]++;
            double total = Math.Max(1, counts.Sum());
            return [.. counts.Select(c => 100 * c / total)];
        }
    }

    private static double Log(float score) => Math.Log10(Math.Max(score, 1e-3f));

    // 1, 2, 5, 10, 20, …; the powers of ten alone where that were too many.
    private static IEnumerable<(double, string)> ScoreTicks(Axis x)
    {
        double[] steps = x.High - x.Low < 4 ? [1, 2, 5] : [1];
        for (int power = (int)Math.Floor(x.Low); power <= x.High; power++)
            foreach (double step in steps)
                if (Math.Log10(step) + power is var at && at >= x.Low && at <= x.High) yield return (at, $"{step * Math.Pow(10, power):G3}");
    }

    private static StringBuilder Start(string title, string axis)
    {
        var svg = new StringBuilder(Invariant($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' font-family='sans-serif' font-size='12' fill='#333'>\n<rect width='100%' height='100%' fill='#fff'/>\n"));
        return svg.Append(Invariant($"<text x='{Left}' y='22' font-size='15'>{title}</text>\n<text x='{(Left + Width - Right) / 2}' y='{Height - 10}' text-anchor='middle'>{axis}</text>\n"));
    }

    private static void HorizontalLines(StringBuilder svg, Axis axis, Func<double, string> name)
    {
        foreach (double v in axis.Ticks())
            svg.Append(Invariant($"<path d='M{Left} {Y(axis, v):F1}H{Width - Right}' stroke='#ddd'/><text x='{Left - 8}' y='{Y(axis, v) + 4:F1}' text-anchor='end'>{name(v)}</text>\n"));
    }

    private static void Ticks(StringBuilder svg, Axis axis, IEnumerable<(double At, string Name)> ticks)
    {
        foreach (var (at, name) in ticks)
            svg.Append(Invariant($"<path d='M{X(axis, at):F1} {Height - Bottom}v5' stroke='#333'/><text x='{X(axis, at):F1}' y='{Height - Bottom + 19}' text-anchor='middle'>{name}</text>\n"));
    }

    // What lies above the axis leaves the picture instead of running along its edge.
    private static void Line(StringBuilder svg, Axis x, Axis y, (double X, double Y)[] points, string colour)
    {
        string path = string.Join(' ', points.SkipWhile(p => p.Y > y.High).Select(p => Invariant($"{X(x, p.X):F1},{Y(y, Math.Min(p.Y, y.High)):F1}")));
        svg.Append(Invariant($"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2' stroke-linejoin='round'/>\n"));
    }

    private static void Bars(StringBuilder svg, Axis x, Axis y, double[] shares, string colour)
    {
        double width = (x.High - x.Low) / shares.Length;
        svg.Append(Invariant($"<g fill='{colour}' fill-opacity='0.6'>\n"));
        for (int b = 0; b < shares.Length; b++)
        {
            if (shares[b] == 0) continue;
            double left = X(x, x.Low + (b * width)), right = X(x, x.Low + ((b + 1) * width));
            svg.Append(Invariant($"<rect x='{left + 0.5:F1}' y='{Y(y, shares[b]):F1}' width='{right - left - 1:F1}' height='{Height - Bottom - Y(y, shares[b]):F1}'/>\n"));
        }
        svg.Append("</g>\n");
    }

    private static void Mark(StringBuilder svg, double x, string name) =>
        svg.Append(Invariant($"<path d='M{x:F1} {Top}V{Height - Bottom}' stroke='#000' stroke-dasharray='5 4'/><text x='{x + 5:F1}' y='{Top + 10}'>{name}</text>\n"));

    private static void Legend(StringBuilder svg, params (string Colour, string Name)[] entries)
    {
        for (int i = 0; i < entries.Length; i++)
            svg.Append(Invariant($"<rect x='{Left + (110 * i)}' y='31' width='12' height='12' fill='{entries[i].Colour}'/><text x='{Left + 18 + (110 * i)}' y='41'>{entries[i].Name}</text>\n"));
    }

    private static double X(Axis axis, double v) => Left + ((v - axis.Low) / (axis.High - axis.Low) * (Width - Left - Right));

    private static double Y(Axis axis, double v) => Height - Bottom - ((v - axis.Low) / (axis.High - axis.Low) * (Height - Top - Bottom));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A range that begins and ends at a tick, where it is round.</summary>
    private readonly record struct Axis(double Low, double High, double Step = 0)
    {
        private const int Intervals = 5;

        public static Axis Round(double low, double high)
        {
            double rough = (high - low) / Intervals, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            double step = power * new double[] { 1, 2, 5, 10 }.First(f => f * power >= rough * 0.99);
            return new Axis(step * Math.Floor(low / step), step * Math.Ceiling(high / step), step);
        }

        public IEnumerable<double> Ticks()
        {
            var (first, step) = (Math.Round(Low / Step), Step);
            return Enumerable.Range(0, (int)Math.Round((High - Low) / Step) + 1).Select(i => Math.Round((first + i) * step, 10));
        }
    }
}
