using Microsoft.ML.Vae.Geometry;
using Pictures;

/// <summary>The pictures of a latent space: data, magnification, geodesics, indicatrices, strips of decoded images.</summary>
internal sealed class Drawings(PendulumModel model, Pendulum data, Study study, string folder)
{
    private const int Pixels = 520, CurvePoints = 200, StripImages = 12, StripPairs = 4, ImageScale = 3;
    private const int CircleRadius = 28, CircleX = Axes.Margin + Pixels - 50, CircleY = Axes.Margin + 50;
    private static readonly Colour Straight = new(0.95, 0.35, 0.2), Shortest = new(0.1, 0.75, 0.95);

    public void Save()
    {
        Directory.CreateDirectory(folder);
        LatentCodes();
        Magnification();
        Geodesics();
        Indicatrices();
        Strips();
        LengthAgainstAngle();
    }

    /// <summary>Codes coloured by the pendulum's angle.</summary>
    private void LatentCodes()
    {
        LatentMap map = NewMap();
        DrawCodes(map, 2, 0.8);
        for (double angle = 0; angle < 2 * Math.PI; angle += 0.05)
            map.Canvas.Disc(CircleX + (CircleRadius * Math.Cos(angle)), CircleY - (CircleRadius * Math.Sin(angle)), 5, Colour.Angle(angle));
        map.Frame("LATENT CODES BY ANGLE (CIRCLE: KEY)");
        map.Canvas.Save(Path.Combine(folder, "latent-map.png"));
    }

    private void Magnification()
    {
        LatentMap map = NewMap();
        (double low, double high) = Heat(map);
        DrawCodes(map, 1, 0.5);
        map.Frame(FormattableString.Invariant($"LOG MAGNIFICATION, {low:f1} (BLUE) TO {high:f1} (YELLOW)"));
        map.Canvas.Save(Path.Combine(folder, "magnification.png"));
    }

    private void Geodesics()
    {
        LatentMap map = NewMap();
        Heat(map);
        DrawCodes(map, 1, 0.25);
        for (int i = 0; i < Math.Min(12, study.Geodesics.Length); i++)
        {
            map.Curve(Sample(LatentCurve.Line(study.Starts[i], study.Ends[i])), 1, Straight);
            map.Curve(Sample(study.Geodesics[i].Curve), 2.5, Shortest);
            foreach (double[] end in new[] { study.Starts[i], study.Ends[i] }) map.Dot(end[0], end[1], 4, Colour.White);
        }
        map.Canvas.Legend(Axes.Margin + 8, Axes.Margin + 8, (Shortest, "GEODESIC"), (Straight, "STRAIGHT"));
        map.Frame("GEODESICS ON LOG MAGNIFICATION");
        map.Canvas.Save(Path.Combine(folder, "geodesics.png"));
    }

    /// <summary>Latent ellipses whose images are circles of one size: large where the decoder hardly moves.</summary>
    private void Indicatrices()
    {
        LatentMap map = NewMap();
        DrawCodes(map, 1.5, 0.35);
        double radius = study.MeanLength / 40;
        const int Cells = 18;
        for (int cell = 0; cell < Cells * Cells; cell++)
        {
            double x = map.Low[0] + (((cell % Cells) + 0.5) / Cells * (map.High[0] - map.Low[0]));
            double y = map.Low[1] + (((cell / Cells) + 0.5) / Cells * (map.High[1] - map.Low[1]));
            map.Curve(Indicatrix(x, y, radius, (map.High[0] - map.Low[0]) / Cells / 2), 1.2, Colour.Black);
        }
        map.Frame("INDICATRICES: CIRCLES OF THE IMAGE");
        map.Canvas.Save(Path.Combine(folder, "indicatrices.png"));
    }

    /// <summary>Decoded images along geodesics (upper row of each pair) and along straight lines (lower).</summary>
    private void Strips()
    {
        int step = (Pendulum.Side * ImageScale) + 2;
        int[] widest = [.. Enumerable.Range(0, study.Angles.Length).OrderByDescending(i => study.Angles[i]).Take(StripPairs)];
        int left = Lettering.Width("GEODESIC") + 10, middle = (step - Lettering.Height()) / 2;
        var canvas = new Canvas(left + (StripImages * step) + 2, StripPairs * ((2 * step) + 8), Colour.White);
        for (int row = 0; row < widest.Length; row++)
        {
            int i = widest[row], y = (row * ((2 * step) + 8)) + 2;
            double[] along = new ArcLength(model.Metric, study.Geodesics[i].Curve).Points(StripImages);
            double[] across = new ArcLength(model.Metric, LatentCurve.Line(study.Starts[i], study.Ends[i])).Points(StripImages);
            canvas.Write(4, y + middle, "GEODESIC", Colour.Black);
            canvas.Write(4, y + step + middle, "STRAIGHT", Colour.Black);
            for (int k = 0; k < StripImages; k++)
            {
                canvas.Image(left + (k * step), y, ImageScale, model.Decode(along.AsSpan(2 * k, 2)), Pendulum.Side);
                canvas.Image(left + (k * step), y + step, ImageScale, model.Decode(across.AsSpan(2 * k, 2)), Pendulum.Side);
            }
        }
        canvas.Save(Path.Combine(folder, "strips.png"));
    }

    private void LengthAgainstAngle()
    {
        const int Width = 480, Height = 380;
        var canvas = new Canvas(Width, Height, Colour.White);
        double longest = 1.05 * study.Geodesics.Max(g => g.Length);
        for (int i = 0; i < study.Angles.Length; i++)
        {
            double x = Axes.Margin + (study.Angles[i] / Math.PI * (Width - (2 * Axes.Margin)));
            double y = Height - Axes.Margin - (study.Geodesics[i].Length / longest * (Height - (2 * Axes.Margin)));
            canvas.Disc(x, y, 2.5, new Colour(0.1, 0.4, 0.7), 0.8);
        }
        canvas.Frame("GEODESIC LENGTH", new Axis("ANGLE (RADIANS)", 0, Math.PI), new Axis("", 0, longest));
        canvas.Save(Path.Combine(folder, "length-against-angle.png"));
    }

    private (double Low, double High) Heat(LatentMap map)
    {
        double[] values = MagnificationMap.Of(model.Metric, map.Low, map.High, Pixels, Pixels).LogMagnification;
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        (double low, double high) = (sorted[sorted.Length / 100], sorted[sorted.Length * 99 / 100]);
        map.Heat(values, low, high);
        return (low, high);
    }

    private double[] Indicatrix(double x, double y, double radius, double largest)
    {
        const int Corners = 40;
        var outline = new double[2 * (Corners + 1)];
        for (int k = 0; k <= Corners; k++)
        {
            double angle = 2 * Math.PI * k / Corners;
            double reach = Math.Min(largest, radius / model.Metric.Norm([x, y], [Math.Cos(angle), Math.Sin(angle)]));
            (outline[2 * k], outline[(2 * k) + 1]) = (x + (reach * Math.Cos(angle)), y + (reach * Math.Sin(angle)));
        }
        return outline;
    }

    private LatentMap NewMap()
    {
        double[] first = [.. model.Codes.Where((_, i) => i % 2 == 0)], second = [.. model.Codes.Where((_, i) => i % 2 == 1)];
        double half = 0.62 * Math.Max(first.Max() - first.Min(), second.Max() - second.Min());
        return new LatentMap((first.Max() + first.Min()) / 2, (second.Max() + second.Min()) / 2, half, Pixels);
    }

    private void DrawCodes(LatentMap map, double radius, double opacity)
    {
        for (int r = 0; r < model.Codes.Length / 2; r++)
            map.Dot(model.Codes[2 * r], model.Codes[(2 * r) + 1], radius, Colour.Angle(data.Angles[r]), opacity);
    }

    private static double[] Sample(LatentCurve curve) => [.. Enumerable.Range(0, CurvePoints + 1).SelectMany(i => curve.Evaluate(i / (double)CurvePoints))];
}
