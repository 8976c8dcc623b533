using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Peste;

/// <summary>Rényi bounds and importance-sampled likelihoods against their order.</summary>
internal sealed class RenyiExperiment : IExperiment
{
    public string Name => "renyi";

    public string Source => "Peste, Malagò, Sârbu 2017";

    public string Purpose => "how bound and likelihood depend on the order α";

    public Report Run(Study study)
    {
        var models = new DigitModels(study);
        int seeds = study.Seeds(1, 3), tested = study.Pick(10, 100, 10_000), draws = study.Pick(50, 1000, 2000);
        study.Expect(seeds * DigitModels.Orders.Length * 2);
        var found = DigitModels.Orders.ToDictionary(a => a, a => Enumerable.Range(0, seeds).Select(seed =>
        {
            var model = models.Renyi(a, DigitModels.MainLatents, seed);
            return study.Run($"alpha-{a}-{tested}-{draws}", seed, () => Measured.Of(model, models.Test.Draw(tested), draws));
        }).ToArray());
        double Bound(double a) => found[a].Average(m => m.Bound);
        double Likelihood(double a) => found[a].Average(m => m.LogLikelihood);
        // One model's bounds of all orders: a property of the estimate, not of training.
        int violations = DigitModels.Orders.Sum(a => found[a].Sum(m => m.BoundsByOrder.Zip(m.BoundsByOrder.Skip(1)).Count(p => p.Second < p.First)));
        return new Report
        {
            Name = Name,
            Title = "Rényi bounds on MNIST",
            Seeds = seeds,
            Rows =
            [
                ReportRow.Of("orders at which a model's bound increases with α", "0", violations, 0, 0),
                ReportRow.Of("IS likelihood less bound, α = 1, over that at α = 0", "> 1", (Likelihood(1) - Bound(1)) / (Likelihood(0) - Bound(0)), 1, double.PositiveInfinity),
                ReportRow.Free("IS log-likelihood, α = 0", "−84.80 (Li & Turner, K = 50, other networks, binarised)", $"{Text(Likelihood(0))} nats"),
            ],
            Results = [new("violations", violations), new("gap0", Likelihood(0) - Bound(0)), new("gap1", Likelihood(1) - Bound(1))],
            Differs = $"{models.Epochs} epochs (1,000 published), batches of 100, Adam .001 with a cosine to a tenth, pixels as Bernoulli means; K = {DigitModels.Draws}; {draws:N0} draws (2,000) for each of {tested} test images (10,000); one k.",
            Tables = [ResultsPage.Table(["α", "bound, nats", "IS log-likelihood", "gap"], DigitModels.Orders.Select(a => (string[])[Text(a), Text(Bound(a)), Text(Likelihood(a)), Text(Likelihood(a) - Bound(a))]))],
            Pictures = [Picture.Of("renyi.svg", "The bound that was trained, and the importance-sampled log-likelihood of the same model, against α.", new Chart
            {
                Title = "Bound and likelihood against α", Description = "The gap between likelihood and bound shrinks as α falls to 0.", X = new Axis("order α"), Y = new Axis("nats per image"),
                Marks = [new LineMark(DigitModels.Orders, [.. DigitModels.Orders.Select(Bound)]) { Name = "bound, K = 10" }, new LineMark(DigitModels.Orders, [.. DigitModels.Orders.Select(Likelihood)]) { Name = "log-likelihood", Colour = 1 }],
            })],
        };
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <param name="Bound">Of the order trained, K draws.</param>
    /// <param name="LogLikelihood">By thousands of draws.</param>
    /// <param name="BoundsByOrder">Of the same model and draws, for each order in the order of <see cref="DigitModels.Orders"/>.</param>
    private sealed record Measured(double Bound, double LogLikelihood, double[] BoundsByOrder)
    {
        private const int Estimates = 20;

        public static Measured Of(VaeModel model, ImageSet test, int draws)
        {
            var likelihood = new ImportanceSampledLikelihood(model, draws);
            // Log-weights of single draws: the likelihood of one draw is its weight.
            var single = Enumerable.Range(0, Estimates * DigitModels.Draws).Select(s => new ImportanceSampledLikelihood(model, 1, s)).ToArray();
            double[][] weights = [.. Enumerable.Range(0, test.Count).Select(r => single.Select(s => s.LogLikelihood(test[r])).ToArray())];
            double[] bounds = [.. DigitModels.Orders.Select(a => weights.Average(w => w.Chunk(DigitModels.Draws).Average(k => Value(k, a))))];
            double alpha = model.Bound.Alpha;
            return new(bounds[Array.IndexOf(DigitModels.Orders, alpha)], Enumerable.Range(0, test.Count).Average(r => likelihood.LogLikelihood(test[r])), bounds);
        }

        private static double Value(double[] logWeights, double alpha)
        {
            if (alpha == 1) return logWeights.Average();
            double largest = logWeights.Max();
            return largest + (Math.Log(logWeights.Average(w => Math.Exp((1 - alpha) * (w - largest)))) / (1 - alpha));
        }
    }
}
