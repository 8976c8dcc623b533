namespace Experiments.Kalatzis;

/// <summary>How well a small classifier tells classes apart by posterior means.</summary>
internal sealed class CodesExperiment : IExperiment
{
    private const int Hidden = 20, Repeats = 5;

    private static readonly Dictionary<int, double> Published = new() { [2] = .69, [5] = .79, [10] = .82 };

    public string Name => "codes";

    public string Source => "Kalatzis et al. 2020, Jurasz and Pietrzak";

    public string Purpose => "do the codes of the Riemannian VAE classify better?";

    public IReadOnlyList<string> Parts => FashionModels.Parts;

    public Report Run(Study study)
    {
        var models = new FashionModels(study);
        int epochs = study.Pick(2, 5, 10), repeats = study.Pick(1, 2, Repeats), seeds = study.Seeds(1, 1);
        int[] dimensions = [.. FashionModels.Dimensions.Where((_, i) => study.Includes(FashionModels.Parts[i]))];
        study.Expect(dimensions.Length * seeds * (FashionModels.RunsADimension + 2));
        var found = dimensions.ToDictionary(d => d, d => Enumerable.Range(0, seeds).Select(seed =>
            (Riemannian: Judge("rvae", d, seed, models.Riemannian(d, seed).Vae), Plain: Judge("vae", d, seed, models.Plain(d, seed).Vae))).ToArray());
        return new Report
        {
            Name = Name,
            Title = "classes told from codes, Fashion-MNIST",
            Seeds = seeds,
            Rows = [.. found.SelectMany(f => (ReportRow[])[Row($"macro F1, R-VAE d = {f.Key}", f.Key, f.Value.Average(v => v.Riemannian.Average())), Row($"macro F1, VAE d = {f.Key}", f.Key, f.Value.Average(v => v.Plain.Average()))])],
            Results = [.. found.Select(f => KeyValuePair.Create($"f1_{f.Key}", f.Value.Average(v => v.Riemannian.Average())))],
            Differs = $"a d-20-10 ReLU classifier on standardised posterior means, batches of 64 with Adam's .003 falling to nothing, {epochs} epochs, {repeats} classifiers (published: batches of one, AdamW .0001, ten epochs, five); models of {models.Epochs} epochs.",
            Tables =
            [
                ResultsPage.Table(["F1 by class", .. Enumerable.Range(0, ImageSet.Classes).Select(c => $"{c}"), "mean"], found.SelectMany(f => (string[][])
                [
                    [$"R-VAE d = {f.Key}", .. Line([.. f.Value.Select(v => v.Riemannian)])], [$"VAE d = {f.Key}", .. Line([.. f.Value.Select(v => v.Plain)])],
                ])),
            ],
        };

        double[] Judge(string model, int d, int seed, VaeModel vae) => study.Run($"{model}-{d}-{models.Key}-{epochs}-{repeats}", seed, () =>
        {
            float[] train = PosteriorTable.Of(vae, models.Train.Rows).Mean, test = PosteriorTable.Of(vae, models.Test.Rows).Mean;
            double[][] f1 = [.. Enumerable.Range(0, repeats).Select(r => Classifier.F1(Classifier.Train(train, models.Train.Labels, d, Hidden, epochs, r).PredictAll(test), models.Test.Labels))];
            return Enumerable.Range(0, ImageSet.Classes).Select(c => f1.Average(f => f[c])).ToArray();
        });
    }

    private static ReportRow Row(string quantity, int d, double value)
    {
        const double Band = 0.03;
        return ReportRow.Of(quantity, ReportRow.Text(Published[d], ".00"), value, Published[d] - Band, Published[d] + Band);
    }

    private static IEnumerable<string> Line(double[][] f1) => Enumerable.Range(0, ImageSet.Classes).Select(c => ReportRow.Text(f1.Average(f => f[c]), ".00")).Append(ReportRow.Text(f1.Average(f => f.Average()), ".00"));
}
