using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Nakagawa;

/// <summary>Norms, importances and isometry of images' latents under several losses.</summary>
internal sealed class ImportanceExperiment : IExperiment
{
    private const int ShownLatents = 6, Places = 9;

    public string Name => "importance";

    public string Source => "Nakagawa et al. 2021";

    public string Purpose => "are images' latents isometric, and which of them matter?";

    public Report Run(Study study)
    {
        var cases = ImageCase.All(study);
        int steps = ImageCase.Steps(study);
        study.Expect(2 * cases.Count);
        var found = cases.Select(c =>
        {
            var model = study.Model($"importance-{c.Name}-{steps}", 1, () => c.Train(study));
            return (Case: c, Model: model, Found: study.Run($"{c.Name}-{steps}", 1, () => ImageIsometry.Of(model, c.Images(study))));
        }).ToArray();
        double Norm(string set) => found.First(f => f.Case.Set == set).Found.Ratio;
        double scatter = found.Average(f => f.Found.ScatterCorrelation);
        return new Report
        {
            Name = Name,
            Title = "isometry and importance of images' latents",
            Seeds = 1,
            Rows =
            [
                .. found.Select(f => ReportRow.Of($"norm/(1 − σ²), {f.Case.Title}", "close to 1", f.Found.Ratio, 0.85, 1.15, $"± {ReportRow.Text(f.Found.RatioDeviation)}, {f.Found.Active} latents")),
                ReportRow.Of("isometry scatter, Pearson's r, mean", "a line", scatter, 0.95, 1),
            ],
            Results = [new("norm_mnist", Norm("mnist")), new("norm_fashion", Norm("fashion-mnist")), new("norm_olivetti", Norm("olivetti")), new("scatter_r", scatter)],
            Differs = $"MNIST, Fashion-MNIST and the Olivetti faces in CelebA's place; {steps:N0} steps of 64 images; latents with E[σ⁻²] > 4; of the loss 1 − SSIM its quadratic form.",
            Notes = study.AtUsualSize("The scatter is lowest for convolutions and for Bernoulli pixels, whose latents are the least orthogonal (mean cosine); dense networks with squared errors keep the band. Tried: four times the steps (Bernoulli .912, convolutions .898, cosines .17 and .19 as before), "
                + "Bernoulli with β = .25 (.915, 25 active latents) and 4 (.869, 5 active)."),
            Tables = [ResultsPage.Table(["case", "active", "norm/(1 − σ²)", "mean cosine", "scatter r", "largest E[σ⁻²]"], found.Select(f => (string[])
                [f.Case.Title, $"{f.Found.Active}", ReportRow.Text(f.Found.Ratio), ReportRow.Text(f.Found.Cosine), ReportRow.Text(f.Found.ScatterCorrelation), string.Join(" ", f.Found.InverseVariances.Take(8).Select(v => v.ToString("0", CultureInfo.InvariantCulture)))]))],
            Pictures = [Importances(found.Select(f => (f.Case, f.Found))), .. found.Where(f => f.Case.IsShown).Select(f => Traversals(f.Case, f.Model, f.Found))],
        };
    }

    private static Picture Importances(IEnumerable<(ImageCase Case, ImageIsometry Found)> found) => Picture.Of("importance.svg", "E[σ⁻²] of latents in order: what carries information stands out by decades; 1 is a collapsed latent.", new Chart
    {
        Title = "Importance of latents",
        Description = "Falling curves of inverse variances, each to a floor at 1.",
        X = new Axis("latent, by importance"),
        Y = new Axis("E[σ⁻²]") { Scale = AxisScale.Logarithmic },
        Marks = [.. found.Select((f, i) => new LineMark([.. Enumerable.Range(1, f.Found.InverseVariances.Length).Select(k => (double)k)], f.Found.InverseVariances) { Name = f.Case.Title, Colour = i })],
    });

    private static Picture Traversals(ImageCase image, VaeModel model, ImageIsometry found)
    {
        var decoder = model.CreateDecoderImmersion();
        int[] latents = [.. found.Order.Take(Math.Min(ShownLatents, model.LatentDimension))];
        return Picture.Of($"importance-{image.Name}.svg", $"{image.Title}: the mean code, its most important latents moved from −2 to 2 prior deviations.", new ImageGrid
        {
            Title = $"Traversals, {image.Title}",
            Description = "Rows of images that change along one latent each.",
            Columns = Places,
            PixelColumns = (int)Math.Sqrt(model.FeatureCount),
            RowNames = [.. latents.Select(j => $"z{j}")],
            Images = [.. latents.SelectMany(j => Enumerable.Range(0, Places).Select(k =>
            {
                double[] z = new double[model.LatentDimension], pixels = new double[model.FeatureCount];
                z[j] = -2 + (4.0 * k / (Places - 1));
                decoder.Evaluate(z, pixels);
                return Array.ConvertAll(pixels, v => Math.Round(v, 3));
            }))],
        });
    }
}
