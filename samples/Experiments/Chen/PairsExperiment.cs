using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Chen;

/// <summary>Geodesics between random pairs of codes beside straight lines, in the decoder's metric, in smoothed ones and in the noisy decoder's.</summary>
/// <remarks>Where rows lie on a line of the plane, the decoder hardly answers to the other direction, and geodesics of its metric do not settle: each metric gets a floor.</remarks>
internal abstract class PairsExperiment : IExperiment
{
    protected const int Latents = 2;

    // Of the floor, in units of the decoder's own stretch along its stronger direction.
    private const double FloorShare = 0.3;

    private const double AllButAFew = 0.9;

    private const int GraphNodes = 100, Cells = 80, ShownPairs = 10, CurvePoints = 60, MaximumCodes = 1500;

    public abstract string Name { get; }

    public string Source => "Chen et al. 2018";

    public abstract string Purpose { get; }

    /// <summary>Geodesic over line, as published, and what ours should not exceed.</summary>
    protected abstract (string Published, double Most) Ratio { get; }

    /// <summary>λ_s over the median squared eigenvalue; the last counts, the largest at which nearly all geodesics converge.</summary>
    protected abstract double[] Lambdas { get; }

    /// <summary>Whether the noisy decoder's metric is measured, too.</summary>
    protected abstract bool IsNoisy { get; }

    protected abstract string Differs(Study study);

    protected abstract VaeModel Train(Study study);

    /// <summary>Rows to encode.</summary>
    protected abstract MatrixRows Rows(Study study);

    protected abstract int Pairs(Study study);

    /// <summary>What else is told of the pairs.</summary>
    protected virtual IEnumerable<ReportRow> More(Study study, VaeModel model, (double[] Start, double[] End, double[] Curve)[] curves) => [];

    public Report Run(Study study)
    {
        study.Expect(1 + Lambdas.Length + (IsNoisy ? 2 : 0));
        var model = study.Model(Name, 1, () => Train(study));
        var rows = Rows(study);
        double[] codes = ImportanceWeightedModel.Encode(model, rows.Subset(RandomStream.FromSeed(1).Permutation(rows.RowCount).Take(MaximumCodes)));
        int[] order = RandomStream.FromSeed(2).Permutation(codes.Length / Latents);
        int count = Math.Min(Pairs(study), order.Length / 2);
        (double[] Start, double[] End)[] pairs = [.. Enumerable.Range(0, count).Select(i => (Code(codes, order[2 * i]), Code(codes, order[(2 * i) + 1])))];
        var image = new PullbackMetric(model.CreateDecoderImmersion());
        double stretch = Statistics.Median(codes.Chunk(Latents).Select(z => LargestEigenvalue(image.Evaluate(z))));
        var floored = new PullbackMetric(new StackedImmersion(image.Immersion, new ScaledIdentity(Latents, FloorShare * Math.Sqrt(stretch))));
        var found = Lambdas.Select(lambda => (Metric: $"λ_s = {Text(lambda)}", Found: study.Run($"lambda-{lambda}-{count}", 1, () =>
            Connect(lambda == 0 ? floored : new SmoothedMetric(floored, lambda * stretch * stretch), pairs, codes)))).ToList();
        if (IsNoisy)
        {
            var noisy = study.Model($"{Name}-noisy", 1, () => new RiemannianVaeTrainer(NoiseOptions(study)).Train(model, rows), RiemannianVaeFile.Save, RiemannianVaeFile.Load);
            found.Add(("noisy decoder", study.Run($"noisy-{count}", 1, () => Connect(noisy.CreateGeometry().Metric, pairs, codes))));
        }
        var (metric, main) = found[Lambdas.Length - 1];
        (double[] Start, double[] End, double[] Curve)[] curves = [.. pairs.Zip(main.Curves, (p, c) => (p.Start, p.End, c))];
        double inside = curves.Count(c => IsInside(c.Curve, codes)) / (double)curves.Length;
        return new Report
        {
            Name = Name,
            Title = Purpose,
            Seeds = 1,
            Rows =
            [
                ReportRow.Of($"geodesic over line, {metric}", Ratio.Published, main.Study.Ratio, double.NegativeInfinity, Ratio.Most),
                ReportRow.Free("geodesics that stay within the range of the codes", "", Text(inside)), ReportRow.Free("pairs whose geodesic is shorter", "", Text(main.Study.Shorter)), ReportRow.Of("geodesics that converged", "", main.Study.Converged, 0.9, 1), .. More(study, model, curves),
            ],
            Results = [new("ratio", main.Study.Ratio)],
            Differs = $"{Differs(study)} {count} random pairs of codes, our solver in place of the curve network; λ_s in units of the median squared largest eigenvalue; a floor of {Text(FloorShare)} of the decoder's stretch. Ratios are of geodesics that converged. Which metric counts was chosen after all of the table had been seen.",
            Notes = inside < AllButAFew ? ["A smoothed metric is flat where no row is. A geodesic that leaves the range of the codes is short for that reason: of these the ratio says nothing about following the data."] : [],
            Tables = [ResultsPage.Table(["metric", "geodesic", "line", "ratio", "converged", "ms"], found.Select(f => (string[])
                [f.Metric, Text(f.Found.Study.Lengths.Average()), Text(f.Found.Study.Lines.Average()), Text(f.Found.Study.Ratio), Text(f.Found.Study.Converged), Text(f.Found.Study.Milliseconds)]))],
            Pictures = [Map(image, codes, curves, metric)],
        };
    }

    private static RiemannianOptions NoiseOptions(Study study) => new() { Centres = study.Pick(8, 24, 24), Floor = 1, PrecisionSteps = study.Pick(20, 1500, 3000), BoundSteps = 0, LearningRate = 0.1 };

    private static double LargestEigenvalue(double[] g)
    {
        double half = 0.5 * (g[0] + g[3]);
        return half + Math.Sqrt(Math.Max(0, (half * half) - ((g[0] * g[3]) - (g[1] * g[2]))));
    }

    private static Connected Connect(IRiemannianMetric metric, (double[] Start, double[] End)[] pairs, double[] codes)
    {
        var graph = new GraphInitializer(metric, KMeans.Fit(codes, Latents, Math.Min(GraphNodes, codes.Length / Latents / 2)).Centres);
        var solver = new GeodesicSolver(metric, new GeodesicOptions { InitialSegments = 8, RelativeTolerance = 1e-2, MaxSegments = 64 }, graph);
        var (study, geodesics) = CurveStudy.Of(metric, (a, b) => solver.Connect(a, b), pairs, codes);
        return new(study, [.. geodesics.Select(g => Enumerable.Range(0, CurvePoints + 1).SelectMany(k => g.Curve.Evaluate(k / (double)CurvePoints)).ToArray())]);
    }

    private Picture Map(PullbackMetric metric, double[] codes, (double[] Start, double[] End, double[] Curve)[] curves, string name)
    {
        var (x, y) = (Column(codes, 0), Column(codes, 1));
        double[] low = [x.Min(), y.Min()], high = [x.Max(), y.Max()];
        return Picture.Of($"{Name}.svg", $"Codes, geodesics ({name}) and straight lines of {Math.Min(ShownPairs, curves.Length)} pairs. Colour: ½ ln det G, unsmoothed.", new Chart
        {
            Title = char.ToUpperInvariant(Purpose[0]) + Purpose[1..],
            Description = "Geodesics and straight lines between codes on the plane of the two latents.",
            Width = 560,
            IsEqual = true,
            X = new Axis("z₁, prior's standard deviations") { Low = low[0], High = high[0], IsRounded = false },
            Y = new Axis("z₂") { Low = low[1], High = high[1], IsRounded = false },
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

    private static bool IsInside(double[] curve, double[] codes) => Enumerable.Range(0, Latents).All(j =>
    {
        double[] at = Column(codes, j), along = Column(curve, j);
        return along.Min() >= at.Min() && along.Max() <= at.Max();
    });

    private static double[] Code(double[] codes, int row) => codes[(row * Latents)..((row + 1) * Latents)];

    private static double[] Column(double[] points, int column) => [.. points.Where((_, i) => i % Latents == column)];

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record Connected(CurveStudy Study, double[][] Curves);
}
