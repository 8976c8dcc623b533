// Does the density that a VAE carries match the truth? Data whose density is known exactly, one training, all figures of the theory.
using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Vae.Core;

var loss = new Option<string>("--loss") { DefaultValueFactory = _ => "square", Description = "square, downward (a_x = 2/3 + 2|x|²/21), upward (its reciprocal), or learned (a variance per feature, the default of tables; take --beta 1)" };
var data = new Option<string>("--data") { DefaultValueFactory = _ => "mix", Description = "mix (triangle, uniform, ramp), ramp or norm" };
var beta = new Option<double>("--beta") { DefaultValueFactory = _ => 0.01, Description = "KL weight" };
var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 60_000, Description = "training steps of 512 rows" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "fixes data, weights and noise" };
var root = new RootCommand("Reproduces the toy experiment of Nakagawa, Kato and Suzuki (2021).") { loss, data, beta, steps, seed };
root.SetAction(parsed => Run(parsed.GetValue(loss)!, parsed.GetValue(data)!, parsed.GetValue(beta), parsed.GetValue(steps), parsed.GetValue(seed)));
return root.Parse(args).Invoke();

static int Run(string loss, string shape, double beta, int steps, int seed)
{
    const int Rows = 50_000, MeasuredRows = 10_000;
    var watch = Stopwatch.StartNew();
    Likelihood likelihood = loss switch
    {
        "square" => SquaredErrorLikelihood.Unweighted,
        "downward" => new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, reciprocal: false)),
        "upward" => new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, reciprocal: true)),
        "learned" => GaussianLikelihood.LearnedVariance,
        _ => throw new ArgumentException($"Unknown loss '{loss}': expected square, downward, upward or learned."),
    };
    var toy = ToyData.Generate(shape, Rows, RandomStream.FromSeed(seed));
    var architecture = VaeArchitecture.Mirrored(ToyData.Dimension, ToyData.Sources, 128, 64) with { Likelihood = likelihood };
    var options = new TrainingOptions { Steps = steps, Schedule = LearningRateSchedule.Cosine, BatchSize = 512, LearningRate = 2e-3, FinalRateFraction = 0.005, KlWeight = beta, ValidationInterval = Math.Max(1, steps / 20), Seed = seed };
    var control = new TrainingControl { Progress = new Lines() };
    var result = new Trainer(architecture, options).Train(new MatrixRows(toy.Features, ToyData.Dimension), control: control);
    var report = ToyReport.Measure(new VaeModel(architecture, result.Parameters, beta), toy, MeasuredRows);
    Print(report, watch.Elapsed.TotalSeconds);
    return result.Outcome == TrainingOutcome.Completed ? 0 : 1;
}

static void Print(ToyReport report, double seconds)
{
    Console.WriteLine($"{"latent",6} {"norm",6} {"sd",6} {"cosine",7} {"E[1/σ²]",9} {"β/2·E",7} {"truth",7}");
    int[] order = [.. report.Importance.Order.Reverse()];
    var latents = order.Select(j => report.Isometry.Latents[j]).ToArray();
    for (int i = 0; i < order.Length; i++)
        Console.WriteLine($"{order[i],6} {latents[i].NormMean,6:F3} {latents[i].NormDeviation,6:F3} {latents[i].MeanAbsoluteCosine,7:F3} {latents[i].InverseVariance,9:F1} {report.Importance.Variance[order[i]],7:F3} {ToyData.Variances[i],7:F3}");
    Console.WriteLine(report.Isometry.Verdict);
    Console.WriteLine($"correlation with the true density: p(μ) {report.CorrelationPrior:F3}, isometric {report.CorrelationIsometric:F3}, exp(-L/β) {report.CorrelationLoss:F3}");
    Console.WriteLine($"absolute scale, median of estimate/truth: posterior {report.ScalePosterior:F3}, loss {report.ScaleLoss:F3}");
    string norms = string.Join(' ', latents.Select((l, i) => $"norm{i + 1}={l.NormMean:F3}"));
    string importances = string.Join(' ', order.Select((j, i) => $"importance{i + 1}={report.Importance.Variance[j]:F3}"));
    Console.WriteLine($"RESULT r_prior={report.CorrelationPrior:F3} r_isometric={report.CorrelationIsometric:F3} {norms} {importances} scale={report.ScalePosterior:F3} scale_loss={report.ScaleLoss:F3} departure_share={report.Isometry.DepartureShare:F3} seconds={seconds:F0}");
}

/// <summary>Prints at once; Progress&lt;T&gt; would post to a thread pool and mix the lines.</summary>
internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) =>
        Console.WriteLine($"step {value.Step,6}/{value.Steps}  epoch {value.Epoch,4}  loss {value.TrainingLoss,8:F4}  KL {value.Kl,7:F3}  rate {value.LearningRate:E1}");
}
