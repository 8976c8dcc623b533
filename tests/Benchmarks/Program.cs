using BenchmarkDotNet.Running;
using Microsoft.ML.Vae.Benchmarks;

// compare [options]   whole training steps and inference beside PyTorch, products beside OpenBLAS
// compare jobs        whole jobs from a CSV file to scores and a saved model, beside PyTorch and scikit-learn
// ensemble            several models trained at once, beside one after another
// detection FOLDER   quality of the defaults on labelled sets, beside scikit-learn on the same splits
// missing FOLDER      the same with values missing, beside filling by means
// categories FOLDER…  tables of text with categories, beside one-hot Gaussians
// masks               what missing values cost a training
// bank                searching and scoring a bank of known rows, fitting a detector
// stream FOLDER       training and scoring of CSV files up to 3 GB, made in FOLDER and removed again
// scoring             posterior, density, loss, contributions: one row alone, batches, a prediction engine
// local-steps DATA…   what averaging the weights of virtual shards costs, beside one process
// sizing              rows a second and bytes of a cluster: measured here, modelled, and the model beside 64 simulated hosts
// memory [STEPS]      resident memory of each engine as it steps through workload K
// kernels [options]   BenchmarkDotNet on the kernels; options are BenchmarkDotNet's own
switch (args.FirstOrDefault())
{
    case "compare":
        return new CompareCommand(CompareOptions.Parse(args.AsSpan(1))).Run();
    case "job":
        return JobRun.Run(JobSource.Of(args.AsSpan(1)));
    case "ensemble":
        return EnsembleCommand.Run();
    case "kernels":
        BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args[1..]);
        return 0;
    case "scoring":
        return ScoringCommand.Run(args[1..]);
    case "detection":
        return DetectionCommand.Run(args.AsSpan(1));
    case "missing":
        return MissingCommand.Run(args.AsSpan(1));
    case "categories":
        return CategoriesCommand.Run(args.AsSpan(1));
    case "masks":
        return MaskCommand.Run();
    case "bank":
        return BankCommand.Run();
    case "local-steps":
        return LocalStepsCommand.Run(args.AsSpan(1));
    case "sizing":
        return SizingCommand.Run();
    case "memory":
        return MemoryCommand.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000);
    case "stream":
        return StreamCommand.Run(args[1]);
    case "stream-one":
        return StreamCommand.RunOne(args[1], long.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- compare [--rounds N] [--seconds S] [--openblas FOLDER] [--python PATH] [--only T,K] [--processor-time] [--no-peers] [--profile] [jobs] [--job NAME=FILE [--columns FILE] [--positive LABEL]] [--job-rounds N] [--job-limit S] | ensemble | scoring [T K] | detection FOLDER [--splits 5] | missing FOLDER | categories FOLDER | masks | bank | stream FOLDER | local-steps FILE[:COLUMNS:POSITIVE]|generated:ROWS… [--shards 8] [--local-steps 16,64,256] [--seeds 3] [--steps N] [--threads 1] [--no-baseline] | sizing | memory [STEPS] | kernels [--filter *]");
        return 1;
}
