namespace Experiments.Chen;

/// <summary>Geodesics between random pairs of codes beside straight lines: in the decoder's metric, smoothed, with a factor around the codes, and in the noisy decoder's.</summary>
/// <remarks>Where rows lie on a line of the plane, the decoder hardly answers to the other direction, and geodesics of its metric do not settle: each metric gets a floor.</remarks>
internal abstract class PairsExperiment : IExperiment
{
    protected const int Latents = 2;

    // Of the floor, in units of the decoder's own stretch along its stronger direction.
    private const double FloorShare = 0.3;

    private const int ShownPairs = 10, MaximumCodes = 1500;

    private static readonly GeodesicOptions Options = new() { InitialSegments = 8, RelativeTolerance = 1e-2, MaxSegments = 64 };

    // λ_s over the median squared largest eigenvalue.
    private static readonly double[] Lambdas = [0, 1];

    public abstract string Name { get; }

    public string Source => "Chen et al. 2018";

    public abstract string Purpose { get; }

    /// <summary>Geodesic over line, as published, and what ours should not exceed.</summary>
    protected abstract (string Published, double Most) Ratio { get; }

    /// <summary>Whether the noisy decoder's metric is measured, too.</summary>
    protected abstract bool IsNoisy { get; }

    protected abstract string Differs(Study study);

    protected abstract VaeModel Train(Study study);

    /// <summary>Rows to encode.</summary>
    protected abstract MatrixRows Rows(Study study);

    protected abstract int Pairs(Study study);

    /// <summary>Of training.</summary>
    protected abstract int Steps(Study study);

    /// <summary>Runs that <see cref="More"/> takes.</summary>
    protected virtual int MoreRuns => 0;

    /// <summary>What else is told of the geodesics that count.</summary>
    protected virtual IEnumerable<ReportRow> More(Study study, VaeModel model, CurveStudy found) => [];

    public Report Run(Study study)
    {
        study.Expect(1 + (2 * Lambdas.Length) + (IsNoisy ? 3 : 0) + MoreRuns);
        var model = study.Model($"{Name}-{Steps(study)}", 1, () => Train(study));
        var rows = Rows(study);
        double[] codes = ImportanceWeightedModel.Encode(model, rows.Subset(RandomStream.FromSeed(1).Permutation(rows.RowCount).Take(MaximumCodes)));
        var found = Connect(study, model, rows, codes);
        var ((name, main), (smoothed, alone)) = (found[(2 * Lambdas.Length) - 1], found[Lambdas.Length - 1]);
        double Inside(CurveStudy s) => s.Curves.Count(c => LatentPlaneMap.IsInside(c, codes)) / (double)s.Curves.Length;
        return new Report
        {
            Name = Name,
            Title = Purpose,
            Seeds = 1,
            Rows =
            [
                ReportRow.Of($"geodesic over line, decoder alone, {smoothed}", Ratio.Published, alone.Ratio, double.NegativeInfinity, Ratio.Most), ReportRow.Of("geodesics that converged, the same", "", alone.Converged, 0.9, 1),
                ReportRow.Of($"share of geodesics on the codes, {name}", "", main.Near, 0.9, 1), ReportRow.Of("geodesics that converged, the same", "", main.Converged, 0.9, 1),
                ReportRow.Free("geodesic over line, the same", "", ReportRow.Text(main.Ratio)), ReportRow.Free("geodesics that stay within the range of the codes, the same", "", ReportRow.Text(Inside(main))),
                ReportRow.Free("pairs whose geodesic is shorter, the same", "", ReportRow.Text(main.Shorter)), .. More(study, model, main),
            ],
            Results = [new("ratio", alone.Ratio), new("ratio_kept", main.Ratio), new("near", alone.Near), new("near_kept", main.Near), new("near_lines", main.LinesNear)],
            Differs = $"{Differs(study)} {main.Curves.Length} random pairs of codes, our solver in place of the curve network; λ_s in units of the median squared largest eigenvalue; a floor of {ReportRow.Text(FloorShare)} of the decoder's stretch. Ratios are of geodesics that converged. Which metrics count was chosen after all of the table had been seen.",
            Notes =
            [
                "The decoder's metric, smoothed, is flat where no row is: a geodesic that leaves the codes is short for that reason, and its ratio says nothing of following the data. "
                    + $"\"Kept to the codes\" multiplies lengths by a factor that is 1 on the codes and {ReportRow.Text(CodeGeodesics.Factor.FarScale)} far from them (CodeGeodesics), so that its ratio is also the factor's doing, and no published one is of it: with {smoothed} it makes lines "
                    + $"{ReportRow.Text(main.Lines.Average() / alone.Lines.Average(), "0.##")} times as long, geodesics {ReportRow.Text(main.Lengths.Average() / alone.Lengths.Average(), "0.##")} times. On the codes are {Percent(main.Near)} of its geodesics, {Percent(alone.Near)} without the factor, and {Percent(main.LinesNear)} of the lines.",
                "\"On the codes\": a path's points are on average no farther from the nearest code than 1.5 times neighbouring codes from each other.",
            ],
            Tables = [ResultsPage.Table(["metric", "geodesic", "line", "ratio", "within the codes' range", "on the codes", "lines on the codes", "converged", "ms"], found.Select(f => (string[])
                [f.Metric, ReportRow.Text(f.Found.Lengths.Average()), ReportRow.Text(f.Found.Lines.Average()), ReportRow.Text(f.Found.Ratio), ReportRow.Text(Inside(f.Found)), ReportRow.Text(f.Found.Near), ReportRow.Text(f.Found.LinesNear), ReportRow.Text(f.Found.Converged), ReportRow.Text(f.Found.Milliseconds, "0.#")]))],
            Pictures = [Picture.Of($"{Name}.svg", $"Codes, geodesics ({name}) and straight lines of {Math.Min(ShownPairs, main.Curves.Length)} pairs. Colour: ½ ln det G of the decoder alone.",
                LatentPlaneMap.Of(new PullbackMetric(model.CreateDecoderImmersion()), codes, main.Curves.Take(ShownPairs), char.ToUpperInvariant(Purpose[0]) + Purpose[1..]))],
        };
    }

    private List<(string Metric, CurveStudy Found)> Connect(Study study, VaeModel model, MatrixRows rows, double[] codes)
    {
        int[] order = RandomStream.FromSeed(2).Permutation(codes.Length / Latents);
        int count = Math.Min(Pairs(study), order.Length / 2);
        (double[] Start, double[] End)[] pairs = [.. Enumerable.Range(0, count).Select(i => (Code(codes, order[2 * i]), Code(codes, order[(2 * i) + 1])))];
        var image = new PullbackMetric(model.CreateDecoderImmersion());
        double stretch = Statistics.Median(codes.Chunk(Latents).Select(z => MetricEigenvalues.Of(image, z).Max()));
        var floored = new StackedImmersion(image.Immersion, new ScaledIdentity(Latents, FloorShare * Math.Sqrt(stretch)));
        var (near, factor) = (new Lazy<CodeNeighbours>(() => new CodeNeighbours(codes, Latents)), RbfScaleFit.Around(codes, Latents, CodeGeodesics.Factor));
        CurveStudy Run(string name, IRiemannianMetric metric) => study.Run($"{name}-{Steps(study)}-{count}", 1, () =>
        {
            var solver = CodeGeodesics.Solver(metric, codes, Options);
            return CurveStudy.Of(metric, (a, b) => solver.Connect(a, b), pairs, near.Value);
        });
        IRiemannianMetric Smoothed(IRiemannianMetric metric, double lambda) => lambda == 0 ? metric : new SmoothedMetric(metric, lambda * stretch * stretch);
        List<(string Metric, CurveStudy Found)> found =
        [
            .. Lambdas.Select(l => ($"λ_s = {ReportRow.Text(l)}", Run($"lambda-{l}", Smoothed(new PullbackMetric(floored), l)))),
            .. Lambdas.Select(l => ($"λ_s = {ReportRow.Text(l)}, kept to the codes", Run($"kept-lambda-{l}", Smoothed(new ConformalMetric(floored, factor), l)))),
        ];
        if (!IsNoisy) return found;
        var options = NoiseOptions(study);
        var noisy = study.Model($"{Name}-noisy-{Steps(study)}-{options.PrecisionSteps}", 1, () => new RiemannianVaeTrainer(options).Train(model, rows), RiemannianVaeFile.Save, RiemannianVaeFile.Load).CreateGeometry();
        return [.. found, ("noisy decoder", Run("noisy", noisy.Metric)), ("noisy decoder, kept to the codes", Run("kept-noisy", new ConformalMetric(noisy.Decoder, factor)))];
    }

    private static RiemannianOptions NoiseOptions(Study study) => new() { Centres = study.Pick(8, 24, 24), Floor = 1, PrecisionSteps = study.Pick(20, 1500, 3000), BoundSteps = 0, LearningRate = 0.1 };

    private static double[] Code(double[] codes, int row) => codes[(row * Latents)..((row + 1) * Latents)];

    private static string Percent(double share) => $"{ReportRow.Text(100 * share, "0")} %";
}
