// What this sample is where TorchSharp cannot be had. Exit code 0: nothing failed.
Console.WriteLine("Built without TorchSharp, which this sample is about. With it:");
Console.WriteLine("  dotnet run -c Release --project samples/TorchTraining -p:TorchSharp=package");
Console.WriteLine("For a graphics card of NVIDIA add -p:LibTorchPackage=TorchSharp-cuda-linux (or TorchSharp-cuda-windows) and, at the end, -- cuda");
