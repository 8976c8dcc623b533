// Distances that mean something: a VAE with two latents learns a pendulum, and geodesics of its decoder turn the pendulum evenly.
using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Vae.Core;

var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 15_000, Description = "training images" };
var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 6000, Description = "training steps of 128 images" };
var pairs = new Option<int>("--pairs") { DefaultValueFactory = _ => 100, Description = "geodesics" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "fixes data, weights and noise" };
var folder = new Option<string>("--output") { DefaultValueFactory = _ => "artifacts/latent-geometry", Description = "folder of the pictures" };
var root = new RootCommand("Latent geometry of a pendulum, after Chen et al. (2018) and Arvanitidis et al. (2018).") { rows, steps, pairs, seed, folder };
root.SetAction(parsed => Run(parsed.GetValue(rows), parsed.GetValue(steps), parsed.GetValue(pairs), parsed.GetValue(seed), parsed.GetValue(folder)!));
return root.Parse(args).Invoke();

static int Run(int rows, int steps, int pairs, int seed, string folder)
{
    var watch = Stopwatch.StartNew();
    var random = RandomStream.FromSeed(seed);
    var data = Pendulum.Generate(rows, random.Split(1));
    var model = PendulumModel.Train(data, steps, seed, new Lines());
    Console.WriteLine($"trained after {watch.Elapsed.TotalSeconds:f0} s");
    var study = Study.Run(model, pairs, random.Split(2));
    foreach (var failure in study.Geodesics.Where(geodesic => !geodesic.Converged)) Console.WriteLine(failure.Reason);
    new Drawings(model, data, study).Save(folder);
    Console.WriteLine($"pictures in {Path.GetFullPath(folder)}");
    Console.WriteLine($"RESULT mean_geodesic={study.MeanLength:f3} mean_euclidean={study.MeanStraightLength:f3} image_geodesic={study.MeanImageLength:f3} " +
        $"image_euclidean={study.MeanStraightImageLength:f3} angle_correlation={study.AngleCorrelation:f4} " +
        $"near_ring={study.NearRing:f2} shorter={study.Shorter:f2} converged={study.Converged:f2} ms_per_geodesic={study.MillisecondsPerGeodesic:f1} seconds={watch.Elapsed.TotalSeconds:f0}");
    return 0;
}

/// <summary>Prints at once; Progress&lt;T&gt; would post to a thread pool and mix the lines.</summary>
internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) =>
        Console.WriteLine($"step {value.Step,6}/{value.Steps}  epoch {value.Epoch,4}  loss {value.TrainingLoss,9:F3}  KL {value.Kl,7:F3}");
}
