using System.Globalization;
using System.Text;
using Microsoft.ML.Vae.Core;

/// <summary>Two pictures as SVG: how training went, and how the scores of normal rows and anomalies differ.</summary>
internal static class Charts
{
    private const int Width = 720, Height = 360, Left = 64, Right = 16, Top = 36, Bottom = 48;

    public static string LearningCurve(IReadOnlyList<TrainingProgress> history)
    {
        var training = history.Select(h => (X: (double)h.Step, Y: h.TrainingLoss)).ToArray();
        var validation = history.Where(h => h.ValidationLoss is not null).Select(h => (X: (double)h.Step, Y: h.ValidationLoss!.Value)).ToArray();
        // The first lines fall from far above and would flatten all that matters.
        double[] shown = [.. training.Concat(validation).Select(p => p.Y).Order()];
        double low = shown[0], high = Math.Max(low + 1e-6, shown[(int)(0.9 * (shown.Length - 1))]);
        high += 0.1 * (high - low);
        var svg = Start("Learning curve: loss (−ELBO, nats per row)", "step", 0, training[^1].X, low, high);
        Line(svg, training, training[^1].X, low, high, "#888", "training", 0);
        Line(svg, validation, training[^1].X, low, high, "#1565c0", "validation (held out)", 1);
        return svg.Append("</svg>").ToString();
    }

    public static string ScoreHistogram(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, float threshold)
    {
        const int Bins = 60;
        double[] logs = [.. scores.Select(s => Math.Log10(Math.Max(s, 1e-3)))];
        double low = logs.Min(), high = Math.Max(low + 1e-6, logs.Max());
        var (normal, anomalous) = (new double[Bins], new double[Bins]);
        for (int i = 0; i < logs.Length; i++)
            (labels[i] ? anomalous : normal)[Math.Min(Bins - 1, (int)((logs[i] - low) / (high - low) * Bins))]++;
        double countNormal = Math.Max(1, normal.Sum()), countAnomalous = Math.Max(1, anomalous.Sum());
        double top = Math.Max(normal.Max() / countNormal, anomalous.Max() / countAnomalous);
        var svg = Start("Scores on test rows: share of each class per bin", "log10 score (nats, higher = more anomalous)", low, high, 0, top);
        Bars(svg, normal, countNormal, top, "#1565c0", "normal", 0);
        Bars(svg, anomalous, countAnomalous, top, "#c62828", "anomalous", 1);
        if (float.IsFinite(threshold))
        {
            double x = X(Math.Log10(Math.Max(threshold, 1e-3)), low, high);
            svg.Append(Invariant($"<line x1='{x:F1}' x2='{x:F1}' y1='{Top}' y2='{Height - Bottom}' stroke='#000' stroke-dasharray='5 4'/><text x='{x + 4:F1}' y='{Top + 12}'>threshold</text>"));
        }
        return svg.Append("</svg>").ToString();
    }

    private static StringBuilder Start(string title, string axis, double xLow, double xHigh, double yLow, double yHigh)
    {
        var svg = new StringBuilder(Invariant($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' font-family='sans-serif' font-size='12'><rect width='100%' height='100%' fill='#fff'/>"));
        svg.Append(Invariant($"<text x='{Left}' y='20' font-size='14'>{title}</text><text x='{Width / 2}' y='{Height - 10}' text-anchor='middle'>{axis}</text>"));
        for (int t = 0; t <= 4; t++)
        {
            double x = xLow + (t / 4.0 * (xHigh - xLow)), y = yLow + (t / 4.0 * (yHigh - yLow));
            svg.Append(Invariant($"<line x1='{Left}' x2='{Width - Right}' y1='{Y(y, yLow, yHigh):F1}' y2='{Y(y, yLow, yHigh):F1}' stroke='#ddd'/><text x='{Left - 6}' y='{Y(y, yLow, yHigh) + 4:F1}' text-anchor='end'>{y:G3}</text>"));
            svg.Append(Invariant($"<text x='{X(x, xLow, xHigh):F1}' y='{Height - Bottom + 18}' text-anchor='middle'>{x:G4}</text>"));
        }
        return svg;
    }

    private static void Line(StringBuilder svg, (double X, double Y)[] points, double xHigh, double low, double high, string colour, string name, int row)
    {
        if (points.Length == 0) return;
        string path = string.Join(' ', points.Select(p => Invariant($"{X(p.X, 0, xHigh):F1},{Y(Math.Min(p.Y, high), low, high):F1}")));
        svg.Append(Invariant($"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>"));
        Legend(svg, colour, name, row);
    }

    private static void Bars(StringBuilder svg, double[] counts, double total, double top, string colour, string name, int row)
    {
        double width = (double)(Width - Left - Right) / counts.Length;
        for (int b = 0; b < counts.Length; b++)
        {
            double y = Y(counts[b] / total, 0, top);
            svg.Append(Invariant($"<rect x='{Left + (b * width):F1}' y='{y:F1}' width='{width:F1}' height='{Height - Bottom - y:F1}' fill='{colour}' fill-opacity='0.55'/>"));
        }
        Legend(svg, colour, name, row);
    }

    private static void Legend(StringBuilder svg, string colour, string name, int row) => svg.Append(Invariant(
        $"<rect x='{Width - 190}' y='{Top + 8 + (18 * row)}' width='12' height='12' fill='{colour}'/><text x='{Width - 172}' y='{Top + 18 + (18 * row)}'>{name}</text>"));

    private static double X(double x, double low, double high) => Left + ((x - low) / (high - low) * (Width - Left - Right));

    private static double Y(double y, double low, double high) => Height - Bottom - ((y - low) / (high - low) * (Height - Top - Bottom));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
