using System.Globalization;

namespace Experiments.Peste;

/// <summary>How many latents carry information, over k and α.</summary>
internal sealed class ComponentsExperiment : IExperiment
{
    private const double Informative = 0.01;

    private static readonly int[] Latents = [30, 40, 50];
    private static readonly double[] Orders = [1, 0];

    public string Name => "components";

    public string Source => "Peste, Malagò, Sârbu 2017";

    public string Purpose => "how many components are informative, and are they latents?";

    public Report Run(Study study)
    {
        var models = new DigitModels(study);
        study.Expect(Latents.Length * Orders.Length * 2);
        var found = (from alpha in Orders
                     from k in Latents
                     let model = models.Renyi(alpha, k, 0)
                     select (alpha, k, Found: study.Run($"{alpha}-{k}", 0, () => Components.Of(PosteriorTable.Of(model, models.Test.Rows).Mean, k)))).ToArray();
        double spread = found.GroupBy(f => f.alpha).Max(g => g.Max(f => f.Found.Eigenvalues) - g.Min(f => f.Found.Eigenvalues));
        return new Report
        {
            Name = Name,
            Title = "informative components of the posterior means",
            Seeds = 1,
            Rows = [ReportRow.Of("largest difference of the count over k, at one α", "independent of k", spread, 0, 2), ReportRow.Free("mean alignment of eigenvectors with axes", "nearly 1", Text(found.Average(f => f.Found.Alignment)))],
            Results = [new("spread", spread)],
            Differs = $"{models.Epochs} epochs (1,000 published), α ∈ {{1, 0}}.",
            Notes = study.AtUsualSize("After so few epochs superfluous latents have not collapsed yet: nearly every coordinate still varies. The published count is one of models trained for 1,000 epochs; α ∈ {1, 0} and k ∈ {30, 40, 50} were tried, longer training was not."),
            Tables = [ResultsPage.Table(["α", "k", "eigenvalues > .01", "coordinates with variance > .01", "alignment"], found.Select(f => (string[])[Text(f.alpha), $"{f.k}", $"{f.Found.Eigenvalues}", $"{f.Found.Coordinates}", Text(f.Found.Alignment)]))],
        };
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

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
