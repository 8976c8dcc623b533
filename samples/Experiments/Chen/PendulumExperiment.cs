using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Chen;

/// <summary>Distances between pendula: smoothed metrics, curve networks, the noisy decoder's metric, and the path along the data.</summary>
internal sealed class PendulumExperiment : IExperiment
{
    private const int Latents = 2, ManifoldAngles = 200, ShownGeodesics = 12, Cells = 100, CurvePoints = 60, GraphNodes = 100;

    // Relative to the median squared eigenvalue of the metric on the codes.
    private static readonly double[] Lambdas = [0, 0.01, 0.1, 1, 10, 100, 1000];

    // The line through the middle is no start: half a circle does not fit into four segments.
    private static readonly GeodesicOptions OnTheRing = new() { InitialSegments = 8, StraightStart = false };

    public string Name => "pendulum";

    public string Source => "Chen et al. 2018";

    public string Purpose => "do geodesics turn a pendulum evenly?";

    public Report Run(Study study)
    {
        int rows = study.Pick(400, 15_000, 15_000), steps = study.Pick(60, 3000, 30_000), pairs = study.Pick(4, 100, 100), networkPairs = study.Pick(1, 4, 100), sweepPairs = study.Pick(3, 25, 100);
        var data = Pendulum.Generate(rows, RandomStream.FromSeed(1));
        study.Expect(4 + Lambdas.Length);
        var model = study.Model("pendulum", 1, () => ImportanceWeightedModel.Train(new MatrixRows(data.Images, Pendulum.Pixels), Latents, [150, 150], Likelihood, 50, steps, 32, 1));
        double[] codes = ImportanceWeightedModel.Encode(model, new MatrixRows(data.Images.AsMemory(0, Math.Min(rows, 2000) * Pendulum.Pixels), Pendulum.Pixels));
        var test = TestPairs.Draw(model, pairs);
        var image = new PullbackMetric(model.CreateDecoderImmersion());
        double unit = Statistics.Median(codes.Chunk(Latents).SelectMany(z => SquaredEigenvalues(image, z)));
        var sweep = Lambdas.Select(lambda => (Lambda: lambda, Found: study.Run($"lambda-{lambda}-{sweepPairs}", 1, () =>
            Smoothed(lambda == 0 ? image : new SmoothedMetric(image, lambda * unit), [.. test.Pairs.Take(sweepPairs)], codes, test.Manifold(model))))).ToArray();
        var networks = new CurveNetworkSolver(image, NetworkOptions(study));
        var network = study.Run($"network-{networkPairs}", 1, () => CurveStudy.Of(image, (a, b) => networks.Connect(a, b), [.. test.Pairs.Take(networkPairs)], codes).Study);
        var riemannian = Riemannian(study, model, data);
        var geometry = riemannian.CreateGeometry(codes, OnTheRing);
        var ring = study.Run($"rvae-{pairs}", 1, () => CurveStudy.Of(geometry.Metric, (a, b) => geometry.Solver.Connect(a, b), test.Pairs, codes).Study);
        var main = sweep[^1];
        double correlation = Statistics.Correlation(test.Angles, ring.Lengths);
        return new Report
        {
            Name = Name,
            Title = "geodesics of a pendulum's latent plane",
            Seeds = 1,
            Rows =
            [
                ReportRow.Of("geodesic over line, largest smoothing", ".389 (.319/.820)", main.Found.Study.Ratio, double.NegativeInfinity, 0.6),
                ReportRow.Of("manifold path over line, the same", ".430 (.353/.820)", main.Found.Manifold / main.Found.Study.Lines.Average(), double.NegativeInfinity, 0.7),
                ReportRow.Of("geodesic over line, noisy decoder", "", ring.Ratio, double.NegativeInfinity, 0.6),
                ReportRow.Of("length against angle, noisy decoder", "linear", correlation, 0.95, 1),
                ReportRow.Of($"geodesics that stay on the ring, of {pairs}, noisy decoder", "", ring.Near, 0.9, 1),
                ReportRow.Of("milliseconds a geodesic, noisy decoder", "", ring.Milliseconds, 0, 20, null, "0.#"),
            ],
            Results =
            [
                new("ratio", main.Found.Study.Ratio), new("correlation", correlation), new("near_ring", ring.Near), new("ratio_noisy", ring.Ratio), new("milliseconds", ring.Milliseconds),
                new("near_ring_smoothed", main.Found.Study.Near),
            ],
            Differs = $"256-150-150-2 tanh networks (widths are not published), K = 50, {steps:N0} steps of 32 images; Gaussian decoder with a fixed deviation of .3, wider than the noise of .05; our solver in place of the curve network, which is "
                + $"measured on {networkPairs} pairs of the unsmoothed metric; {sweepPairs} pairs a smoothing. The noisy decoder's deviation has {RingOptions(study).Centres} radial functions trained by the likelihood.",
            Notes =
            [
                "Ratios are of geodesics that converged, and with much smoothing few do: the metric is then nearly singular where the decoder hardly moves, and paths run there, away from the codes. No setting of the radial deviation that was tried keeps "
                    + "geodesics to the ring (20 pairs each: 40, 60 and 100 functions, b from 6 to 20, ζ 1 and .04: at most 10 % stay, 68 to 768 ms each, ratios .31 to .81); a conformal factor around the codes does, in samples/LatentGeometry.",
            ],
            Tables = [Table(sweep, network, ring)],
            Pictures = [Picture.Of("pendulum-geodesics.svg", "Geodesics of the noisy decoder's metric go round the middle, where the decoder stretches most, but inside the ring of codes; straight lines cut across. Colour: ½ ln det G.", Map(geometry, codes, test.Pairs)), SweepPicture(sweep)],
        };
    }

    private static Likelihood Likelihood => GaussianLikelihood.WithVariance(0.09);

    private static CurveNetworkOptions NetworkOptions(Study study) => new() { Points = study.Pick(20, 200, 500), Steps = study.Pick(10, 300, 500), PretrainingSteps = study.Pick(10, 100, 200), Candidates = study.Pick(2, 20, 20) };

    // Codes are a prior's deviation apart from the middle: functions reach a tenth of that, and far away the deviation is twenty times that of the noise.
    private static RiemannianOptions RingOptions(Study study) => new() { Centres = study.Pick(10, 24, 24), Decay = 6, Floor = 1, PrecisionSteps = study.Pick(30, 1500, 3000), BoundSteps = 0, LearningRate = 0.1 };

    private static RiemannianVae Riemannian(Study study, VaeModel model, Pendulum data) => study.Model(
        "pendulum-noisy", 1, () => new RiemannianVaeTrainer(RingOptions(study)).Train(model, new MatrixRows(data.Images, Pendulum.Pixels)), RiemannianVaeFile.Save, RiemannianVaeFile.Load);

    private static SmoothedLengths Smoothed(IRiemannianMetric metric, IReadOnlyList<(double[] Start, double[] End)> pairs, double[] codes, Func<int, LatentCurve> manifold)
    {
        var graph = new GraphInitializer(metric, KMeans.Fit(codes, Latents, GraphNodes).Centres);
        var solver = new GeodesicSolver(metric, OnTheRing with { StraightStart = true }, graph);
        var found = CurveStudy.Of(metric, (a, b) => solver.Connect(a, b), pairs, codes).Study;
        return new(found, Enumerable.Range(0, pairs.Count).Average(i => CurveLength.Of(metric, manifold(i), 1e-3).Value));
    }

    private static IEnumerable<double> SquaredEigenvalues(PullbackMetric metric, double[] z)
    {
        double[] g = metric.Evaluate(z);
        double half = 0.5 * (g[0] + g[3]), root = Math.Sqrt(Math.Max(0, (half * half) - ((g[0] * g[3]) - (g[1] * g[2]))));
        return [(half + root) * (half + root), (half - root) * (half - root)];
    }

    private static string Table((double Lambda, SmoothedLengths Found)[] sweep, CurveStudy network, CurveStudy ring)
    {
        string[] Line(string name, CurveStudy s, string manifold) => [name, Text(s.Lengths.Average()), Text(s.Lines.Average()), manifold, Text(s.Ratio), Text(s.Near), Text(s.Converged), s.Milliseconds.ToString("0.#", CultureInfo.InvariantCulture)];
        return ResultsPage.Table(["metric", "geodesic", "line", "manifold path", "ratio", "on the ring", "converged", "ms"],
        [
            .. sweep.Select(s => Line($"λ_s = {Text(s.Lambda)}", s.Found.Study, Text(s.Found.Manifold))), Line("curve network, λ_s = 0", network, ""), Line("noisy decoder", ring, ""),
        ]);
    }

    private static Picture SweepPicture((double Lambda, SmoothedLengths Found)[] sweep)
    {
        double[] x = [.. sweep.Select(s => Math.Max(s.Lambda, 1e-3))];
        return Picture.Of("pendulum-smoothing.svg", "Lengths against the smoothing λ_s (leftmost: none), each relative to the straight line's; bands: 95 % intervals of the mean over pairs.", new Chart
        {
            Title = "Smoothing lets geodesics follow the data",
            Description = "Ratio of geodesic to straight line falls as smoothing grows.",
            X = new Axis("λ_s over the median squared eigenvalue") { Scale = AxisScale.Logarithmic },
            Y = new Axis("length over the straight line's") { Low = 0 },
            Marks =
            [
                new BandMark(x, [.. sweep.Select(s => Interval(s.Found.Study, -1))], [.. sweep.Select(s => Interval(s.Found.Study, 1))]) { Colour = 0 },
                new LineMark(x, [.. sweep.Select(s => s.Found.Study.Ratio)]) { Name = "geodesic", Colour = 0 },
                new LineMark(x, [.. sweep.Select(s => s.Found.Manifold / s.Found.Study.Lines.Average())]) { Name = "path along the data", Colour = 1 },
            ],
        });
    }

    private static double Interval(CurveStudy study, int sign)
    {
        double[] ratios = [.. study.Lengths.Zip(study.Lines, (g, l) => g / l)];
        const double Normal = 1.96;
        return study.Ratio + (sign * Normal * Statistics.Deviation(ratios) / Math.Sqrt(ratios.Length));
    }

    private static Chart Map(RiemannianGeometry geometry, double[] codes, IReadOnlyList<(double[] Start, double[] End)> pairs)
    {
        double[] first = [.. codes.Where((_, i) => i % 2 == 0)], second = [.. codes.Where((_, i) => i % 2 == 1)];
        double half = 0.6 * Math.Max(first.Max() - first.Min(), second.Max() - second.Min()), x = (first.Max() + first.Min()) / 2, y = (second.Max() + second.Min()) / 2;
        double[] low = [x - half, y - half], high = [x + half, y + half], field = MagnificationMap.Of(geometry.Metric, low, high, Cells, Cells).LogMagnification;
        return new Chart
        {
            Title = "Geodesics of the noisy decoder",
            Description = "Geodesics between pairs of codes go round the middle, inside the ring of codes; straight lines cut across.",
            Width = 560,
            IsEqual = true,
            X = new Axis("z₁, prior's standard deviations") { Low = low[0], High = high[0] },
            Y = new Axis("z₂") { Low = low[1], High = high[1] },
            Marks =
            [
                new FieldMark(Cells, Cells, low, high, new ValueColours("½ ln det G", field)), new PointMark(first, second) { Radius = 0.8, Colour = 6, Name = "codes" },
                .. pairs.Take(ShownGeodesics).SelectMany((pair, i) => new Mark[]
                {
                    Line(LatentCurve.Line(pair.Start, pair.End)) with { Colour = 5, IsDashed = true, Thickness = 1, Name = i == 0 ? "straight line" : null },
                    Line(geometry.Solver.Connect(pair.Start, pair.End).Curve) with { Colour = 1, Name = i == 0 ? "geodesic" : null },
                }),
            ],
        };
    }

    private static LineMark Line(LatentCurve curve)
    {
        double[][] points = [.. Enumerable.Range(0, CurvePoints + 1).Select(i => curve.Evaluate(i / (double)CurvePoints))];
        return new LineMark([.. points.Select(p => p[0])], [.. points.Select(p => p[1])]);
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record SmoothedLengths(CurveStudy Study, double Manifold);

    /// <summary>Codes of fresh images, two by two.</summary>
    private sealed record TestPairs(IReadOnlyList<(double[] Start, double[] End)> Pairs, double[] Starts, double[] Angles, double[] Turns)
    {
        public static TestPairs Draw(VaeModel model, int pairs)
        {
            var fresh = Pendulum.Generate(2 * pairs, RandomStream.FromSeed(2));
            double[][] codes = [.. ImportanceWeightedModel.Encode(model, new MatrixRows(fresh.Images, Pendulum.Pixels)).Chunk(Latents)];
            double[] turns = [.. Enumerable.Range(0, pairs).Select(i => Math.IEEERemainder(fresh.Angles[pairs + i] - fresh.Angles[i], 2 * Math.PI))];
            return new([.. Enumerable.Range(0, pairs).Select(i => (codes[i], codes[pairs + i]))], fresh.Angles, [.. turns.Select(Math.Abs)], turns);
        }

        /// <summary>The path of noise-free images along the shorter arc.</summary>
        public Func<int, LatentCurve> Manifold(VaeModel model) => i =>
        {
            float[] images = new float[ManifoldAngles * Pendulum.Pixels];
            var image = new double[Pendulum.Pixels];
            for (int k = 0; k < ManifoldAngles; k++)
            {
                Pendulum.Render(Starts[i] + (Turns[i] * k / (ManifoldAngles - 1)), image);
                for (int p = 0; p < image.Length; p++) images[(k * Pendulum.Pixels) + p] = (float)image[p];
            }
            return LatentCurve.Spline(ImportanceWeightedModel.Encode(model, new MatrixRows(images, Pendulum.Pixels)), Latents);
        };
    }
}
