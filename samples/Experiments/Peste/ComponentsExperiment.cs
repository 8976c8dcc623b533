namespace Experiments.Peste;

/// <summary>How many latents carry information, over k and α.</summary>
internal sealed class ComponentsExperiment : IExperiment
{
    private const double Informative = 0.01;

    private static readonly int[] Latents = [30, 40, 50];

    public string Name => "components";

    public string Source => "Peste, Malagò, Sârbu 2017";

    public string Purpose => "how many components are informative, and are they latents?";

    public Report Run(Study study)
    {
        var models = new DigitModels(study);
        int epochs = study.Pick(1, 15, 1000);
        (string Name, string Key, int Epochs, Func<int, VaeModel> Model)[] bounds =
        [
            ($"1, divergence in closed form, {epochs} epochs", "elbo", epochs, k => models.Evidence(k, epochs, 0)), ($"1, {DigitModels.Draws} draws, {models.Epochs} epochs", "1", models.Epochs, k => models.Renyi(1, k, 0)),
            ($"0, {DigitModels.Draws} draws, {models.Epochs} epochs", "0", models.Epochs, k => models.Renyi(0, k, 0)),
        ];
        study.Expect(Latents.Length * bounds.Length * 2);
        var found = (from bound in bounds
                     from k in Latents
                     let model = bound.Model(k)
                     select (bound.Name, bound.Key, k, Found: study.Run($"{bound.Key}-{k}-{bound.Epochs}", 0, () => Components.Of(PosteriorTable.Of(model, models.Test.Rows).Mean, k)))).ToArray();
        double Spread(string key) => found.Where(f => f.Key == key).Max(f => f.Found.Eigenvalues) - found.Where(f => f.Key == key).Min(f => f.Found.Eigenvalues);
        return new Report
        {
            Name = Name,
            Title = "informative components of the posterior means",
            Seeds = 1,
            Rows =
            [
                .. bounds.Select(b => ReportRow.Of($"largest difference of the count over k, α = {b.Name}", "independent of k", Spread(b.Key), 0, 2)),
                ReportRow.Free("mean alignment of eigenvectors with axes", "nearly 1", ReportRow.Text(found.Average(f => f.Found.Alignment), "0.##")),
            ],
            Results = [new("spread", Spread("elbo")), new("spread_draws", Spread("1")), new("spread0", Spread("0"))],
            Differs = $"{models.Epochs} and {epochs} epochs (1,000 published).",
            Notes = study.AtUsualSize("With few epochs of a sampled divergence superfluous latents have not collapsed yet: nearly every coordinate still varies, and the more there are, the more are counted. The published count is one of models trained for 1,000 epochs. Tried: both ends of α, three k, "
                + "and the same bound with its divergence in closed form, whose fifteen epochs cost what three of ten draws do: there the count is independent of k."),
            Tables = [ResultsPage.Table(["α", "k", "eigenvalues > .01", "coordinates with variance > .01", "alignment"], found.Select(f => (string[])[f.Name, $"{f.k}", $"{f.Found.Eigenvalues}", $"{f.Found.Coordinates}", ReportRow.Text(f.Found.Alignment, "0.##")]))],
        };
    }

    /// <param name="Eigenvalues">Of Cov(μ), above .01.</param>
    /// <param name="Coordinates">With a variance above .01.</param>
    /// <param name="Alignment">Mean over informative eigenvectors of their largest component's magnitude; 1: an axis.</param>
    private sealed record Components(int Eigenvalues, int Coordinates, double Alignment)
    {
        public static Components Of(float[] means, int k)
        {
            double[] covariance = Covariance(means, k), values = [.. covariance], vectors = new double[k * k];
            SymmetricEigen.Decompose(values, vectors, k);
            int[] informative = [.. Enumerable.Range(0, k).Where(i => values[(i * k) + i] > Informative)];
            return new(informative.Length, Enumerable.Range(0, k).Count(j => covariance[(j * k) + j] > Informative),
                informative.Length == 0 ? 0 : informative.Average(i => Enumerable.Range(0, k).Max(j => Math.Abs(vectors[(j * k) + i]))));
        }

        private static double[] Covariance(float[] rows, int k)
        {
            int n = rows.Length / k;
            var (mean, sums) = (new double[k], new double[k * k]);
            for (int i = 0; i < rows.Length; i++) mean[i % k] += rows[i] / (double)n;
            for (int r = 0; r < n; r++)
                for (int a = 0; a < k; a++)
                    for (int b = 0; b < k; b++) sums[(a * k) + b] += (rows[(r * k) + a] - mean[a]) * (rows[(r * k) + b] - mean[b]) / n;
            return sums;
        }
    }
}
