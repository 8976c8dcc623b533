using Microsoft.ML.Vae.Report;

namespace Experiments.Peste;

/// <summary>Rényi bounds and importance-sampled likelihoods against their order.</summary>
internal sealed class RenyiExperiment : IExperiment
{
    public string Name => "renyi";

    public string Source => "Peste, Malagò, Sârbu 2017";

    public string Purpose => "how bound and likelihood depend on the order α";

    private static readonly double[] Ends = [1, 0];

    public Report Run(Study study)
    {
        var models = new DigitModels(study);
        int seeds = study.Seeds(1, 3), tested = study.Pick(10, 100, 10_000), draws = study.Pick(50, 1000, 2000);
        (double Alpha, int Latents)[] cases = [.. DigitModels.Orders.Select(a => (a, DigitModels.MainLatents)), .. from k in DigitModels.MoreLatents from a in Ends select (a, k)];
        study.Expect(seeds * cases.Length * 2);
        var found = cases.ToDictionary(c => c, c => Enumerable.Range(0, seeds).Select(seed =>
        {
            var model = models.Renyi(c.Alpha, c.Latents, seed);
            return study.Run($"alpha-{c.Alpha}-k-{c.Latents}-{models.Epochs}-{tested}-{draws}", seed, () => Measured.Of(model, models.Test.Draw(tested), draws));
        }).ToArray());
        double Bound(double a, int k = DigitModels.MainLatents) => found[(a, k)].Average(m => m.Bound);
        double Likelihood(double a, int k = DigitModels.MainLatents) => found[(a, k)].Average(m => m.LogLikelihood);
        int violations = found.Values.Sum(runs => runs.Sum(m => Rises(m.BoundsByOrder)));
        return new Report
        {
            Name = Name,
            Title = "Rényi bounds on MNIST",
            Seeds = seeds,
            Rows =
            [
                ReportRow.Of($"orders at which one model's bound rises with α, of {found.Values.Sum(r => r.Length) * (DigitModels.Orders.Length - 1)}, each order by draws of its own", "0", violations, 0, 0),
                ReportRow.Of("IS likelihood less bound, α = 1, over that at α = 0", "> 1", (Likelihood(1) - Bound(1)) / (Likelihood(0) - Bound(0)), 1, double.PositiveInfinity),
                ReportRow.Free("orders at which the bound that was trained rises with α", "0", $"{Rises([.. DigitModels.Orders.Select(a => Bound(a))])} of {DigitModels.Orders.Length - 1}"),
                ReportRow.Free("IS log-likelihood, α = 0", "−84.80 (Li & Turner, K = 50, other networks, binarised)", $"{ReportRow.Text(Likelihood(0), "0.##")} nats"),
            ],
            Results = [new("violations", violations), new("gap0", Likelihood(0) - Bound(0)), new("gap1", Likelihood(1) - Bound(1))],
            Differs = $"{models.Epochs} epochs (1,000 published), batches of 100, Adam .001 with a cosine to a tenth, pixels as Bernoulli means; K = {DigitModels.Draws}; {draws:N0} draws (2,000) for each of {tested} test images (10,000); bounds by twenty estimates, whose noise the images share: half a nat either way.",
            Tables = [ResultsPage.Table(["α", "k", "bound, nats", "IS log-likelihood", "gap"], cases.Select(c => (string[])
                [ReportRow.Text(c.Alpha, "0.##"), $"{c.Latents}", ReportRow.Text(Bound(c.Alpha, c.Latents), "0.##"), ReportRow.Text(Likelihood(c.Alpha, c.Latents), "0.##"), ReportRow.Text(Likelihood(c.Alpha, c.Latents) - Bound(c.Alpha, c.Latents), "0.##")]))],
            Pictures = [Picture.Of("renyi.svg", "The bound that was trained, and the importance-sampled log-likelihood of the same model, against α.", new Chart
            {
                Title = "Bound and likelihood against α", Description = "The gap between likelihood and bound shrinks as α falls to 0.", X = new Axis("order α"), Y = new Axis("nats per image"),
                Marks = [new LineMark(DigitModels.Orders, [.. DigitModels.Orders.Select(a => Bound(a))]) { Name = "bound, K = 10" }, new LineMark(DigitModels.Orders, [.. DigitModels.Orders.Select(a => Likelihood(a))]) { Name = "log-likelihood", Colour = 1 }],
            })],
        };
    }

    // Orders fall from 1 to 0.
    private static int Rises(double[] bounds) => bounds.Zip(bounds.Skip(1)).Count(p => p.Second < p.First);

    /// <param name="Bound">Of the order trained, K draws.</param>
    /// <param name="LogLikelihood">By thousands of draws.</param>
    /// <param name="BoundsByOrder">Of the same model, for each order in the order of <see cref="DigitModels.Orders"/>, each by draws of its own: by the same draws they could not rise.</param>
    private sealed record Measured(double Bound, double LogLikelihood, double[] BoundsByOrder)
    {
        private const int Estimates = 20;

        public static Measured Of(VaeModel model, ImageSet test, int draws)
        {
            var likelihood = new ImportanceSampledLikelihood(model, draws);
            double[] bounds = [.. DigitModels.Orders.Select((a, order) => BoundOf(model, test, a, order * Estimates * DigitModels.Draws))];
            double alpha = model.Bound.Alpha;
            return new(bounds[Array.IndexOf(DigitModels.Orders, alpha)], Enumerable.Range(0, test.Count).Average(r => likelihood.LogLikelihood(test[r])), bounds);
        }

        // The likelihood of one draw is its weight.
        private static double BoundOf(VaeModel model, ImageSet test, double alpha, int firstSeed)
        {
            var single = Enumerable.Range(firstSeed, Estimates * DigitModels.Draws).Select(s => new ImportanceSampledLikelihood(model, 1, s)).ToArray();
            return Enumerable.Range(0, test.Count).Average(r => single.Select(s => s.LogLikelihood(test[r])).Chunk(DigitModels.Draws).Average(k => Value(k, alpha)));
        }

        private static double Value(double[] logWeights, double alpha)
        {
            if (alpha == 1) return logWeights.Average();
            double largest = logWeights.Max();
            return largest + (Math.Log(logWeights.Average(w => Math.Exp((1 - alpha) * (w - largest)))) / (1 - alpha));
        }
    }
}
