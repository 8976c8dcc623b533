using BenchmarkDotNet.Running;
using Microsoft.ML.Vae.Benchmarks;

// compare [options]   whole training steps and inference beside PyTorch, products beside OpenBLAS
// kernels [options]   BenchmarkDotNet on the kernels; options are BenchmarkDotNet's own
switch (args.FirstOrDefault())
{
    case "compare":
        return new CompareCommand(CompareOptions.Parse(args.AsSpan(1))).Run();
    case "kernels":
        BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- compare [--rounds N] [--seconds S] [--openblas FOLDER] [--python PATH] [--no-peers] | kernels [--filter *]");
        return 1;
}
