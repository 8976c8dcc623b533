using Microsoft.ML.Vae.Report;

namespace Experiments.Nakagawa;

/// <summary>Density, norms and importances on data whose density is known, over shapes, losses and β.</summary>
internal sealed class ToyExperiment : IExperiment
{
    private const double MainBeta = 0.01;
    private const int ShownRows = 700;

    private static readonly string[] Shapes = ["mix", "ramp", "norm"], Losses = ["square", "downward", "upward"];
    private static readonly double[] Betas = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

    public string Name => "toy";

    public string Source => "Nakagawa et al. 2021";

    public string Purpose => "is the density that a VAE carries the true one?";

    public IReadOnlyList<string> Parts { get; } = ["table", "grid"];

    public Report Run(Study study)
    {
        int seeds = study.Seeds(3, 3), gridSteps = study.Pick(50, 6_000, 60_000), mainSteps = study.Pick(50, 60_000, 60_000);
        string[] losses = study.Includes("table") ? Losses : [];
        double[] betas = !study.Includes("grid") ? [] : study.Pick([MainBeta], Betas, Betas);
        study.Expect((seeds * losses.Length) + (Shapes.Length * Losses.Length * betas.Length));
        var main = losses.ToDictionary(loss => loss, loss => Enumerable.Range(0, seeds)
            .Select(seed => study.Run($"mix-{loss}-{MainBeta}-{mainSteps}", seed, () => ToyRun.Train("mix", loss, MainBeta, mainSteps, seed))).ToArray());
        var grid = (from shape in Shapes
                    from loss in Losses
                    from beta in betas
                    select (shape, loss, beta, run: study.Run($"{shape}-{loss}-{beta}-{gridSteps}", 0, () => ToyRun.Train(shape, loss, beta, gridSteps, 0)))).ToArray();
        return new Report
        {
            Name = Name,
            Title = "is the density that a VAE carries the true one?",
            Seeds = seeds,
            Rows = main.Count == 0 ? [] : [.. Rows(main["square"], "square"), .. Rows(main["downward"], "downward").Take(2)],
            Results = main.Count == 0 ? [] : Results(main["square"]),
            Differs = $"the three source densities are inferred from the published correlations; rate 2·10⁻³ with a cosine; {mainSteps:N0} steps for the table, {gridSteps:N0} for the grid of shapes, losses and β.",
            Pictures = main.Count == 0 ? [] : [Scatter(main["downward"][0])],
            Tables = [.. main.Count == 0 ? [] : (string[])[MainTable(main)], .. betas.Length == 0 ? [] : (string[])[GridTable(grid)]],
        };
    }

    private static IEnumerable<ReportRow> Rows(ToyRun[] runs, string loss)
    {
        yield return Row($"R of p(μ), {loss}", "0.434", r => r.Correlations[0], 0.40, 0.47);
        yield return Row($"R of the isometric density, {loss}", "0.910", r => r.Correlations[2], 0.88, double.PositiveInfinity);
        string[] norms = [".965", ".925", ".972"], variances = [".167", ".73", "2.95"];
        for (int j = 0; j < ToyData.Sources; j++) yield return Row($"norm of latent {j + 1}", norms[j], r => r.Norms[j], 0.88, 1.12);
        for (int j = 0; j < ToyData.Sources; j++)
            yield return Row($"importance {j + 1}, truth {ToyData.Variances[j]:0.###}", variances[j], r => 0.5 * MainBeta * r.InverseVariances[j], 0.85 * ToyData.Variances[j], 1.15 * ToyData.Variances[j]);
        yield return Row("median of density over truth", "1", r => r.Scale, 0.93, 1.07);
        yield return Row("transform over coding loss", ".023", r => r.LossRatio, 0, 0.03);

        ReportRow Row(string quantity, string published, Func<ToyRun, double> value, double low, double high) =>
            ReportRow.Of(quantity, published, runs.Average(value), low, high, Statistics.Spread([.. runs.Select(value)]));
    }

    private static IReadOnlyList<KeyValuePair<string, double>> Results(ToyRun[] runs) =>
    [
        new("r_prior", runs.Average(r => r.Correlations[0])), new("r_isometric", runs.Average(r => r.Correlations[2])),
        .. Enumerable.Range(0, 3).Select(j => KeyValuePair.Create($"norm{j + 1}", runs.Average(r => r.Norms[j]))),
        .. Enumerable.Range(0, 3).Select(j => KeyValuePair.Create($"importance{j + 1}", runs.Average(r => 0.5 * MainBeta * r.InverseVariances[j]))),
    ];

    private static string MainTable(Dictionary<string, ToyRun[]> main) => ResultsPage.Table(
        ["mix, β .01", .. ToyRun.EstimatorNames.Select(n => $"R {n}"), "norms ± sd over rows", "E[σ⁻²]", "ratio", "exp(−L/β) over truth"],
        main.Select(pair => (string[])
        [
            pair.Key, .. Enumerable.Range(0, ToyRun.Estimators).Select(e => ReportRow.Text(pair.Value.Average(r => r.Correlations[e]))),
            string.Join(' ', Enumerable.Range(0, 3).Select(j => $"{ReportRow.Text(pair.Value.Average(r => r.Norms[j]))} ± {ReportRow.Text(pair.Value.Average(r => r.NormDeviations[j]))}")),
            string.Join(' ', Enumerable.Range(0, 3).Select(j => ReportRow.Text(pair.Value.Average(r => r.InverseVariances[j]), "0"))),
            "1 : " + string.Join(" : ", Enumerable.Range(1, 2).Select(j => ReportRow.Text(pair.Value.Average(r => r.InverseVariances[j] / r.InverseVariances[0]), "0.##"))),
            ReportRow.Text(pair.Value.Average(r => r.ScaleLoss)),
        ]));

    private static Picture Scatter(ToyRun run) => Picture.Of("toy.svg", "True density against five estimates of it, downward-convex loss, whose weight a the second and the fourth leave out; β = .01, each as a share of its largest.", FigureGrid.Of(
        "Densities of the toy data", "Clouds of points: wide for the prior's density at the mean, along the diagonal for the isometric densities.", 3, [.. Enumerable.Range(0, ToyRun.Estimators).Select(e => new Chart
        {
            Title = $"{ToyRun.EstimatorNames[e]}, R = {ReportRow.Text(run.Correlations[e])}",
            Description = "Estimated against true density.",
            Width = 340,
            X = new Axis("true density") { Low = 0, High = 1 },
            Y = new Axis("estimate") { Low = 0, High = 1 },
            Marks = [new LineMark([0, 1], [0, 1]) { IsDashed = true, Thickness = 1, Colour = 6 }, new PointMark([.. run.Sample.Take(ShownRows).Select(r => r[0])], [.. run.Sample.Take(ShownRows).Select(r => r[e + 1])]) { Radius = 1.2, Opacity = 0.5 }],
        })]));

    private static string GridTable((string Shape, string Loss, double Beta, ToyRun Run)[] grid) => ResultsPage.Table(
        ["R isometric / norms by β", .. grid.Select(g => g.Beta).Distinct().Select(b => ReportRow.Text(b))],
        grid.GroupBy(g => $"{g.Shape}, {g.Loss}").Select(row => (string[])
        [
            row.Key, .. row.Select(g => $"{ReportRow.Text(g.Run.Correlations[2], ".00")} / {string.Join(' ', g.Run.Norms.Select(v => ReportRow.Text(v, ".00")))}"),
        ]));
}
