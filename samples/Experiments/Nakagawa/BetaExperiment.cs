using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Nakagawa;

/// <summary>Rate and distortion over β: half of β per active latent is lost to coding, and the two trade at −1/β.</summary>
internal sealed class BetaExperiment : IExperiment
{
    private const int SurfaceRows = 20_000;

    private static readonly double[] SurfaceBetas = [0.003, 0.005, 0.008, 0.012, 0.02], DigitBetas = [0.25, 0.5, 1, 2, 4];

    public string Name => "beta";

    public string Source => "Nakagawa et al. 2021";

    public string Purpose => "rate and distortion over β, on a surface and on MNIST";

    public Report Run(Study study)
    {
        int steps = study.Pick(60, 25_000, 100_000), digitSteps = study.Pick(10, 2000, 20_000);
        study.Expect(SurfaceBetas.Length + DigitBetas.Length);
        var surface = SurfaceBetas.Select(b => study.Run($"surface-{b}-{steps}", 0, () => RateDistortion.OfSurface(b, study.Pick(500, SurfaceRows, SurfaceRows), steps))).ToArray();
        var digits = DigitBetas.Select(b => study.Run($"digits-{b}-{digitSteps}", 0, () => RateDistortion.OfImages(ImageSet.Load(study, "mnist").Train, b, digitSteps, study.Pick(8, 32, 32)))).ToArray();
        double coding = surface.Average(s => s.CodingShare), slope = Statistics.Median(RateDistortion.Slopes(surface));
        return new Report
        {
            Name = Name,
            Title = "rate and distortion over β",
            Seeds = 1,
            Rows =
            [
                ReportRow.Of("coding distortion over n_a β/2, surface", "1", coding, 0.9, 1.1), ReportRow.Of("−β dKL/dD, surface, median", "1", slope, 0.9, 1.1),
                ReportRow.Free("coding distortion over n_a β/2, MNIST", "1", ReportRow.Text(digits.Average(d => d.CodingShare), "0.####")), ReportRow.Free("−β dKL/dD, MNIST, median", "1", ReportRow.Text(Statistics.Median(RateDistortion.Slopes(digits)), "0.####")),
                ReportRow.Free("active latents, MNIST, β from least to largest", "fall with β", string.Join(" ", digits.Select(d => d.Active))),
                ReportRow.Free("posterior variance of yⱼ over β/2, surface", "1 for all", string.Join("; ", surface.Select(s => string.Join(" ", s.Variances.Select(v => v.ToString("0.00", CultureInfo.InvariantCulture)))))),
            ],
            Results = [new("coding", coding), new("slope", slope)],
            Differs = $"the surface (u, v, .3 sin 3u cos 3v), u and v uniform in ±1, four latents; MNIST with squared errors, 784-256-256-32; {steps:N0} and {digitSteps:N0} steps. Latents are active where E[σ⁻²] > 2.",
            Tables = [Table("surface", SurfaceBetas, surface), Table("MNIST", DigitBetas, digits)],
            Pictures = [Picture.Of("beta.svg", "Rate against distortion on the surface, each point a β; the line has the slope −1/β that theory asks for at each.", Chart(surface))],
        };
    }

    private static Chart Chart(RateDistortion[] found) => new()
    {
        Title = "Rate and distortion on the surface",
        Description = "Points of five β on a falling curve, whose tangents have slope −1/β.",
        X = new Axis("distortion, squared units"),
        Y = new Axis("rate KL, nats"),
        Marks =
        [
            new PointMark([.. found.Select(f => f.Distortion)], [.. found.Select(f => f.Rate)]) { Radius = 4, Name = "measured" },
            .. found.Select((f, i) => new LineMark([f.Distortion * 0.85, f.Distortion * 1.15], [f.Rate + (0.15 * f.Distortion / f.Beta), f.Rate - (0.15 * f.Distortion / f.Beta)]) { Colour = 1, IsDashed = true, Thickness = 1.5, Name = i == 0 ? "slope −1/β" : null }),
        ],
    };

    private static string Table(string name, double[] betas, RateDistortion[] found) => ResultsPage.Table([$"{name}, β", "distortion", "coding over n_a β/2", "KL, nats", "active"],
        betas.Zip(found, (b, f) => (string[])[ReportRow.Text(b, "0.####"), ReportRow.Text(f.Distortion, "0.####"), ReportRow.Text(f.CodingShare, "0.####"), ReportRow.Text(f.Rate, "0.####"), $"{f.Active}"]));
}
