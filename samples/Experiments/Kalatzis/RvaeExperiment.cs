namespace Experiments.Kalatzis;

/// <summary>Negative bounds of the Riemannian and the plain VAE on Fashion-MNIST.</summary>
internal sealed class RvaeExperiment : IExperiment
{
    // The published table sums over a hundred batches and divides by 78.
    private const double Inflation = 100.0 / 78;

    private static readonly Dictionary<int, (double Plain, double Riemannian)> Published = new() { [2] = (-591.89, -934.47), [5] = (-671.44, -1117.89), [10] = (-667.06, -1236.25) };

    public string Name => "rvae";

    public string Source => "Kalatzis et al. 2020, Jurasz and Pietrzak";

    public string Purpose => "does a Brownian prior on the decoder's manifold explain images better?";

    public IReadOnlyList<string> Parts => FashionModels.Parts;

    public Report Run(Study study)
    {
        var models = new FashionModels(study);
        int seeds = study.Seeds(1, 3), tested = study.Pick(20, 200, 10_000);
        int[] dimensions = [.. FashionModels.Dimensions.Where((_, i) => study.Includes(FashionModels.Parts[i]))];
        study.Expect(dimensions.Length * seeds * (FashionModels.RunsADimension + 1));
        var found = dimensions.ToDictionary(d => d, d => Enumerable.Range(0, seeds).Select(seed =>
        {
            var (riemannian, plain) = (models.Riemannian(d, seed), models.Plain(d, seed));
            return study.Run($"test-{d}-{models.Key}-{tested}", seed, () => Measured.Of(riemannian, plain, models.Test.Draw(tested)));
        }).ToArray());
        return new Report
        {
            Name = Name,
            Title = "the Riemannian bound on Fashion-MNIST",
            Seeds = seeds,
            Rows = [.. found.Select(f => Row(f.Key, f.Value))],
            Results = [.. found.Select(f => KeyValuePair.Create($"ratio{f.Key}", f.Value.Average(m => m.Ratio)))],
            Differs = $"{models.Epochs} epochs of the first phase (100 published); {models.Options.PrecisionSteps} steps of the precision by the likelihood alone at rate {ReportRow.Text(models.Options.LearningRate, "0.##")}, then "
                + $"{models.Options.BoundSteps} with the whole bound (60,000 at .001 published); {tested} test images, one draw each; centres from 20,000 codes.",
            Notes =
            [
                "The published table divides sums over 100 batches by 78: per image its values are 0.78 times what it says; \"inflated\" is ours times 1.282. The ratio is free of that. Readings are the published program's (ℓ² is the energy, the latent velocity teaches the prior's centre, |KL|); "
                    + "\"consistent\" is the same model's divergence by the formulas, ℓ² = 15 Σ‖δ‖². A curve's best iterate counts where their program takes the last.",
                $"With the divergence by the formulas in place of the program's the ratio would be {string.Join(", ", found.Select(f => $"{ReportRow.Text(f.Value.Average(m => m.ConsistentRatio), "0.##")} for d = {f.Key}"))}.",
                .. study.AtUsualSize([.. Tried(found)]),
            ],
            Tables = [Table(found)],
        };
    }

    private static IEnumerable<string> Tried(Dictionary<int, Measured[]> found)
    {
        yield return "Tried: 8 epochs of the first phase (1.379, 1.413, 1.600 for d = 2, 5, 10) and 50 (1.300, 1.482, 1.665): more of them raise the ratio where there are many latents, and lower it with two. "
            + "With 8 epochs at d = 5: a third of the precision's steps without steps of the whole bound (1.448) and with the usual 25 (1.407).";
        if (found.TryGetValue(5, out var five))
            yield return $"At d = 5 both bounds fell from 8 epochs to those of the table, −ELBO of the VAE from −535.54 to {ReportRow.Text(five.Average(m => m.Plain.Loss), "0.##")}, of the R-VAE from −756.46 to {ReportRow.Text(five.Average(m => m.Riemannian.Loss), "0.##")}: the ratio rose by its denominator.";
    }

    private static ReportRow Row(int d, Measured[] runs)
    {
        double published = Published[d].Riemannian / Published[d].Plain;
        const double Band = 0.2;
        return ReportRow.Of($"ratio of −ELBO, R-VAE over VAE, d = {d}", ReportRow.Text(published, "0.##"), runs.Average(r => r.Ratio), published - Band, published + Band, Statistics.Spread([.. runs.Select(r => r.Ratio)]));
    }

    private static string Table(Dictionary<int, Measured[]> found) => ResultsPage.Table(
        ["per image, nats", "−ELBO", "inflated", "published", "Rec", "KL", "KL consistent", "t_p"],
        found.SelectMany(f => (string[][])
        [
            Line($"VAE d = {f.Key}", f.Value, m => m.Plain, Published[f.Key].Plain, false), Line($"R-VAE d = {f.Key}", f.Value, m => m.Riemannian, Published[f.Key].Riemannian, true),
        ]));

    private static string[] Line(string name, Measured[] runs, Func<Measured, Terms> of, double published, bool isRiemannian)
    {
        double loss = runs.Average(r => of(r).Loss);
        return [name, ReportRow.Text(loss, "0.##"), ReportRow.Text(Inflation * loss, "0.##"), ReportRow.Text(published, "0.##"), ReportRow.Text(runs.Average(r => of(r).Rec), "0.##"), ReportRow.Text(runs.Average(r => of(r).Kl), "0.##"), isRiemannian ? ReportRow.Text(runs.Average(r => r.ConsistentKl), "0.##") : "", isRiemannian ? ReportRow.Text(runs.Average(r => r.PriorTime), "0.##") : ""];
    }

    private sealed record Terms(double Loss, double Rec, double Kl);

    private sealed record Measured(Terms Riemannian, Terms Plain, double ConsistentKl, double PriorTime)
    {
        public double Ratio => Riemannian.Loss / Plain.Loss;

        /// <summary>With the divergence by the formulas.</summary>
        public double ConsistentRatio => (Riemannian.Rec + ConsistentKl) / Plain.Loss;

        public static Measured Of(RiemannianVae riemannian, RiemannianVae plain, ImageSet test)
        {
            var scored = Score(riemannian, test);
            var consistent = new RiemannianVae(riemannian.Vae, riemannian.Deviation, riemannian.PriorMean, riemannian.PriorTime, riemannian.Options with { Readings = BrownianReadings.Consistent });
            var likelihoods = Score(plain, test);
            var posterior = PosteriorTable.Of(plain.Vae, test.Rows);
            int d = plain.Vae.LatentDimension;
            double kl = Enumerable.Range(0, test.Count).Average(r => DiagonalGaussian.Kl(posterior.Mean.AsSpan(r * d, d), posterior.LogVariance.AsSpan(r * d, d)));
            double rec = likelihoods.Average(t => t.NegativeLogLikelihood);
            return new(
                new(scored.Average(t => t.Loss), scored.Average(t => t.NegativeLogLikelihood), scored.Average(t => t.Divergence)), new(rec + kl, rec, kl),
                Score(consistent, test).Average(t => t.Divergence), riemannian.PriorTime);
        }

        private static IReadOnlyList<RiemannianTerms> Score(RiemannianVae model, ImageSet test)
        {
            var noise = new float[test.Count * model.Vae.LatentDimension];
            RandomStream.FromSeed(1).Normals(noise);
            using var scorer = new RiemannianScorer(model, 1);
            return scorer.Score(test.Pixels, noise);
        }
    }
}
