using Microsoft.ML.Vae.Geometry;
using Microsoft.ML.Vae.Report;

/// <summary>The pictures of a latent space: data, magnification, geodesics, indicatrices, strips of decoded images.</summary>
internal sealed class Drawings
{
    private const int MapWidth = 560, FieldCells = 160, CurvePoints = 100, StripImages = 12, StripPairs = 3, ShownGeodesics = 12;

    private readonly PendulumModel _model;
    private readonly Pendulum _data;
    private readonly Study _study;
    private readonly double[] _low, _high, _first, _second;

    public Drawings(PendulumModel model, Pendulum data, Study study)
    {
        (_model, _data, _study) = (model, data, study);
        (_first, _second) = ([.. model.Codes.Where((_, i) => i % 2 == 0)], [.. model.Codes.Where((_, i) => i % 2 == 1)]);
        double half = 0.55 * Math.Max(_first.Max() - _first.Min(), _second.Max() - _second.Min()), x = (_first.Max() + _first.Min()) / 2, y = (_second.Max() + _second.Min()) / 2;
        (_low, _high) = ([x - half, y - half], [x + half, y + half]);
    }

    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, figure) in new (string, Figure)[]
            { ("latent-map", LatentCodes()), ("magnification", Magnification()), ("geodesics", Geodesics()), ("indicatrices", Indicatrices()), ("strips", Strips()), ("length-against-angle", LengthAgainstAngle()) })
            figure.Save(Path.Combine(folder, name + ".svg"));
    }

    private Chart LatentCodes() => Map("Latent codes of pendula", "Codes of images in the plane of the two latents, coloured by the pendulum's angle: they form a ring.",
        new PointMark(_first, _second)
        {
            Values = new ValueColours("angle", [.. _data.Angles.Take(_first.Length)])
            {
                Map = ColourMap.Circle, Low = 0, High = 2 * Math.PI, Marks = [(0, "0"), (Math.PI / 2, "π/2"), (Math.PI, "π"), (1.5 * Math.PI, "3π/2"), (2 * Math.PI, "2π")],
            },
        });

    private Chart Magnification() => Map("Magnification", "Logarithm of the magnification factor over the plane of the latents; the ring of codes runs through its valley.", Field(), Codes(1));

    /// <summary>Geodesics on the magnification, and the straight lines that they replace.</summary>
    private Chart Geodesics() => Map("Geodesics keep to the codes", "Geodesics between pairs of codes follow the ring; the straight lines between the same pairs cut across it.",
        [
            Field(), Codes(0.8),
            .. Enumerable.Range(0, Math.Min(ShownGeodesics, _study.Geodesics.Length)).SelectMany(i => new[]
            {
                Curve(LatentCurve.Line(_study.Starts[i], _study.Ends[i])) with { Colour = 6, IsDashed = true, Thickness = 1, Name = i == 0 ? "straight line" : null },
                Curve(_study.Geodesics[i].Curve) with { Colour = 1, Thickness = 2.5, Name = i == 0 ? "geodesic" : null },
            }),
        ]);

    /// <summary>Latent ellipses whose images are circles of one size: large where the decoder hardly moves.</summary>
    private Chart Indicatrices()
    {
        const int Cells = 18;
        double radius = _study.MeanLength / 40, cell = (_high[0] - _low[0]) / Cells;
        double[] X = [], Y = [];
        for (int at = 0; at < Cells * Cells; at++)
        {
            var (x, y) = Indicatrix(_low[0] + (((at % Cells) + 0.5) * cell), _low[1] + (((at / Cells) + 0.5) * cell), radius, cell / 2);
            (X, Y) = ([.. X, .. x, double.NaN], [.. Y, .. y, double.NaN]);
        }
        return Map("Indicatrices", "Ellipses of the latent plane whose images are circles of one size: small where the decoder magnifies.", Codes(1.2), new LineMark(X, Y) { Thickness = 1 });
    }

    /// <summary>Decoded images along geodesics and along straight lines, of the pairs that are farthest apart.</summary>
    private ImageGrid Strips()
    {
        int[] widest = [.. Enumerable.Range(0, _study.Angles.Length).OrderByDescending(i => _study.Angles[i]).Take(StripPairs)];
        return new ImageGrid
        {
            Title = "Decoded along curves", Description = "Along a geodesic the pendulum turns evenly; along the straight line it fades and appears elsewhere.", Columns = StripImages, PixelColumns = Pendulum.Side,
            RowNames = [.. widest.SelectMany(_ => new[] { "geodesic", "straight" })],
            Images = [.. widest.SelectMany(i => Strip(_study.Geodesics[i].Curve).Concat(Strip(LatentCurve.Line(_study.Starts[i], _study.Ends[i]))))],
        };
    }

    private IEnumerable<double[]> Strip(LatentCurve curve) => new ArcLength(_model.Metric, curve).Points(StripImages).Chunk(2).Select(z => _model.Decode(z));

    private Chart LengthAgainstAngle() => new()
    {
        Title = "Geodesic length against angle", Description = FormattableString.Invariant($"Lengths of {_study.Angles.Length} geodesics grow with the angle between their pendula; correlation {_study.AngleCorrelation:F3}."),
        X = new Axis("angle between the pendula") { Low = 0, High = Math.PI, Marks = [(0, "0"), (Math.PI / 4, "π/4"), (Math.PI / 2, "π/2"), (0.75 * Math.PI, "3π/4"), (Math.PI, "π")] },
        Y = new Axis("length, grey levels") { Low = 0 }, Marks = [new PointMark(_study.Angles, [.. _study.Geodesics.Select(g => g.Length)]) { Radius = 2.5 }],
    };

    private Chart Map(string title, string description, params IReadOnlyList<Mark> marks) => new()
    {
        Title = title, Description = description, Width = MapWidth, IsEqual = true, Marks = marks,
        X = new Axis("z₁, prior's standard deviations") { Low = _low[0], High = _high[0] }, Y = new Axis("z₂") { Low = _low[1], High = _high[1] },
    };

    private FieldMark Field()
    {
        double[] values = MagnificationMap.Of(_model.Metric, _low, _high, FieldCells, FieldCells).LogMagnification, sorted = [.. values.Where(double.IsFinite).Order()];
        return new FieldMark(FieldCells, FieldCells, _low, _high, new ValueColours("ln √det G", values) { Low = sorted[sorted.Length / 100], High = sorted[sorted.Length * 99 / 100] });
    }

    private PointMark Codes(double radius) => new(_first, _second) { Radius = radius, Colour = 6, Name = "codes" };

    private (double[] X, double[] Y) Indicatrix(double x, double y, double radius, double largest)
    {
        const int Corners = 40;
        double[] angles = [.. Enumerable.Range(0, Corners + 1).Select(k => 2 * Math.PI * k / Corners)];
        double[] reach = [.. angles.Select(a => Math.Min(largest, radius / _model.Metric.Norm([x, y], [Math.Cos(a), Math.Sin(a)])))];
        return ([.. angles.Zip(reach, (a, r) => x + (r * Math.Cos(a)))], [.. angles.Zip(reach, (a, r) => y + (r * Math.Sin(a)))]);
    }

    private static LineMark Curve(LatentCurve curve)
    {
        double[][] points = [.. Enumerable.Range(0, CurvePoints + 1).Select(i => curve.Evaluate(i / (double)CurvePoints))];
        return new LineMark([.. points.Select(p => p[0])], [.. points.Select(p => p[1])]);
    }
}
