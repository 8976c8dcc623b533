using Microsoft.ML.Vae.Report;

namespace Experiments.Peste;

/// <summary>How well a linear classifier tells digits apart by what the encoder says of them.</summary>
internal sealed class SeparabilityExperiment : IExperiment
{
    private static readonly string[] Features = ["mu", "mu_variance", "sample", "pixels"];

    public string Name => "separability";

    public string Source => "Peste, Malagò, Sârbu 2017";

    public string Purpose => "are digits linearly separable by their posteriors?";

    public Report Run(Study study)
    {
        var models = new DigitModels(study);
        int[] trained = study.Pick<int[]>([1], [1, 4, 15], [1, 10, 100, 1000]);
        int epochs = study.Pick(1, 8, 20);
        study.Expect((trained.Length * 4) + 1);
        double pixels = study.Run($"pixels-{epochs}-{LinearSeparation.Key}", 0, () => LinearSeparation.Accuracy(models.Train.Pixels, models.Train.Labels, models.Test.Pixels, models.Test.Labels, epochs));
        var found = trained.ToDictionary(t => t, t =>
        {
            var model = models.Evidence(DigitModels.MainLatents, t, 0);
            return Features[..3].Select(f => study.Run($"{f}-{t}-{epochs}-{LinearSeparation.Key}", 0, () =>
                LinearSeparation.Accuracy(Of(model, models.Train, f), models.Train.Labels, Of(model, models.Test, f), models.Test.Labels, epochs))).ToArray();
        });
        double[] last = found[trained[^1]];
        return new Report
        {
            Name = Name,
            Title = "linear separability of digits by their posteriors",
            Seeds = 1,
            Rows =
            [
                ReportRow.Of("accuracy from μ", ".93–.94", last[0], 0.925, 0.96), ReportRow.Of("accuracy from [μ, σ²]", "better than μ", last[1], last[0], 1),
                ReportRow.Free("accuracy from one draw", "", ReportRow.Text(last[2], ".000")), ReportRow.Of("accuracy from pixels", ".88–.92", pixels, 0.88, 0.92),
            ],
            Results = [new("mu", last[0]), new("mu_variance", last[1]), new("sample", last[2]), new("pixels", pixels)],
            Differs = $"models of {string.Join(", ", trained)} epochs (up to 1,000 published), k = {DigitModels.MainLatents}; {LinearSeparation.Trainer}.",
            Notes = study.AtUsualSize(LinearSeparation.Tried),
            Tables = [ResultsPage.Table(["epochs", "μ", "[μ, σ²]", "one draw"], found.Select(f => (string[])[$"{f.Key}", .. f.Value.Select(v => ReportRow.Text(v, ".000"))]))],
        };
    }

    private static float[] Of(VaeModel model, ImageSet images, string features)
    {
        var posterior = PosteriorTable.Of(model, images.Rows);
        int k = model.LatentDimension;
        switch (features)
        {
            case "mu":
                return posterior.Mean;
            case "mu_variance":
                return [.. Enumerable.Range(0, images.Count).SelectMany(r => posterior.Mean[(r * k)..((r + 1) * k)].Concat(posterior.LogVariance[(r * k)..((r + 1) * k)].Select(MathF.Exp)))];
            case "sample":
                var noise = new float[posterior.Mean.Length];
                RandomStream.FromSeed(images.Count).Normals(noise);
                return [.. posterior.Mean.Select((m, i) => m + (MathF.Exp(0.5f * posterior.LogVariance[i]) * noise[i]))];
            default:
                throw new ArgumentException($"Unknown features '{features}'.");
        }
    }
}
