// What this sample is where Orleans cannot be had. Exit code 0: nothing failed.
Console.WriteLine("Built without Orleans, which this sample is about. With it:");
Console.WriteLine("  dotnet run -c Release --project samples/Cluster -p:Orleans=package -- --silos 2");
