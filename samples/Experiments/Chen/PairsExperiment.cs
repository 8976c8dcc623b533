using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Chen;

/// <summary>Geodesics between random pairs of codes beside straight lines, in the decoder's metric and in smoothed ones.</summary>
internal abstract class PairsExperiment : IExperiment
{
    protected const int Latents = 2;

    private const int GraphNodes = 100, Cells = 80, ShownPairs = 10, CurvePoints = 60, MaximumCodes = 1500;

    public abstract string Name { get; }

    public string Source => "Chen et al. 2018";

    public abstract string Purpose { get; }

    /// <summary>Geodesic over line, as published, and what ours should not exceed.</summary>
    protected abstract (string Published, double Most) Ratio { get; }

    /// <summary>λ_s over the median squared eigenvalue, the last of them the one that counts.</summary>
    protected abstract double[] Lambdas { get; }

    protected abstract string Differs(Study study);

    protected abstract VaeModel Train(Study study);

    /// <summary>Rows to encode.</summary>
    protected abstract MatrixRows Rows(Study study);

    protected abstract int Pairs(Study study);

    /// <summary>What else is told of the pairs.</summary>
    protected virtual IEnumerable<ReportRow> More(Study study, VaeModel model, (double[] Start, double[] End, double[] Curve)[] curves) => [];

    public Report Run(Study study)
    {
        study.Expect(1 + Lambdas.Length);
        var model = study.Model(Name, 1, () => Train(study));
        var rows = Rows(study);
        double[] codes = ImportanceWeightedModel.Encode(model, rows.Subset(RandomStream.FromSeed(1).Permutation(rows.RowCount).Take(MaximumCodes)));
        int[] order = RandomStream.FromSeed(2).Permutation(codes.Length / Latents);
        int count = Math.Min(Pairs(study), order.Length / 2);
        (double[] Start, double[] End)[] pairs = [.. Enumerable.Range(0, count).Select(i => (Code(codes, order[2 * i]), Code(codes, order[(2 * i) + 1])))];
        var image = new PullbackMetric(model.CreateDecoderImmersion());
        double unit = Statistics.Median(codes.Chunk(Latents).Select(z => Math.Pow(image.Evaluate(z).Where((_, i) => i is 0 or 3).Average(), 2)));
        var found = Lambdas.Select(lambda => (Lambda: lambda, Found: study.Run($"lambda-{lambda}-{count}", 1, () => Connect(lambda == 0 ? image : new SmoothedMetric(image, lambda * unit), pairs, codes)))).ToArray();
        var main = found[^1].Found;
        (double[] Start, double[] End, double[] Curve)[] curves = [.. pairs.Zip(main.Curves, (p, c) => (p.Start, p.End, c))];
        return new Report
        {
            Name = Name, Title = Purpose, Seeds = 1,
            Rows =
            [
                ReportRow.Of($"geodesic over line, λ_s = {Lambdas[^1]}", Ratio.Published, main.Study.Ratio, double.NegativeInfinity, Ratio.Most),
                ReportRow.Free("pairs whose geodesic is shorter", "", Text(main.Study.Shorter)), .. More(study, model, curves),
            ],
            Results = [new("ratio", main.Study.Ratio)],
            Differs = $"{Differs(study)} {count} random pairs of codes, our solver in place of the curve network; λ_s in units of the median squared mean eigenvalue.",
            Tables = [ResultsPage.Table(["λ_s", "geodesic", "line", "ratio", "converged", "ms"], found.Select(f => (string[])
                [Text(f.Lambda), Text(f.Found.Study.Lengths.Average()), Text(f.Found.Study.Lines.Average()), Text(f.Found.Study.Ratio), Text(f.Found.Study.Converged), Text(f.Found.Study.Milliseconds)]))],
            Pictures = [Map(image, codes, curves)],
        };
    }

    private static Connected Connect(IRiemannianMetric metric, (double[] Start, double[] End)[] pairs, double[] codes)
    {
        var graph = new GraphInitializer(metric, KMeans.Fit(codes, Latents, Math.Min(GraphNodes, codes.Length / Latents / 2)).Centres);
        var solver = new GeodesicSolver(metric, new GeodesicOptions { InitialSegments = 8, RelativeTolerance = 1e-3, MaxSegments = 32 }, graph);
        var (study, geodesics) = CurveStudy.Of(metric, (a, b) => solver.Connect(a, b), pairs, codes);
        return new(study, [.. geodesics.Select(g => Enumerable.Range(0, CurvePoints + 1).SelectMany(k => g.Curve.Evaluate(k / (double)CurvePoints)).ToArray())]);
    }

    private Picture Map(PullbackMetric metric, double[] codes, (double[] Start, double[] End, double[] Curve)[] curves)
    {
        var (x, y) = (Column(codes, 0), Column(codes, 1));
        double[] low = [x.Min(), y.Min()], high = [x.Max(), y.Max()];
        return Picture.Of($"{Name}.svg", $"Codes, geodesics (λ_s = {Text(Lambdas[^1])}) and straight lines of {Math.Min(ShownPairs, curves.Length)} pairs. Colour: ½ ln det G, unsmoothed.", new Chart
        {
            Title = Purpose, Description = "Geodesics and straight lines between codes on the plane of the two latents.", Width = 560,
            X = new Axis("z₁, prior's standard deviations") { Low = low[0], High = high[0], IsRounded = false }, Y = new Axis("z₂") { Low = low[1], High = high[1], IsRounded = false },
            Marks =
            [
                new FieldMark(Cells, Cells, low, high, new ValueColours("½ ln det G", MagnificationMap.Of(metric, low, high, Cells, Cells).LogMagnification)), new PointMark(x, y) { Radius = 0.8, Colour = 6, Name = "codes" },
                .. curves.Take(ShownPairs).SelectMany((c, i) => new Mark[]
                {
                    new LineMark([c.Start[0], c.End[0]], [c.Start[1], c.End[1]]) { Colour = 5, IsDashed = true, Thickness = 1, Name = i == 0 ? "straight line" : null },
                    new LineMark(Column(c.Curve, 0), Column(c.Curve, 1)) { Colour = 1, Name = i == 0 ? "geodesic" : null },
                }),
            ],
        });
    }

    private static double[] Code(double[] codes, int row) => codes[(row * Latents)..((row + 1) * Latents)];

    private static double[] Column(double[] points, int column) => [.. points.Where((_, i) => i % Latents == column)];

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record Connected(CurveStudy Study, double[][] Curves);
}
