// A saved model behind HTTP. Replace the file, and the next request is scored by the new model.
//   --model FILE     the model, an ML.NET zip whose input is the vector "Features"; without it, one for made-up pump readings
//   --urls URL       where to listen, e.g. http://localhost:5000
//   --load N         instead of serving: N requests from 8 clients while the model is replaced over and over, then a RESULT line
var configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
if (configuration.GetValue("load", 0) is var requests and > 0) return await LoadCommand.RunAsync(requests);
if (configuration["model"] is { } path) return await ServeAsync(path);

var folder = Directory.CreateTempSubdirectory("mlvae-webapi-");
try
{
    path = Path.Combine(folder.FullName, "model.zip");
    File.WriteAllBytes(path, new PumpModel(seed: 1).File);
    Console.WriteLine($"No --model given: serving a model of a pump's readings from {path}");
    return await ServeAsync(path);
}
finally
{
    folder.Delete(recursive: true);
}

async Task<int> ServeAsync(string path)
{
    await using var app = ScoringApp.Create(new ServingOptions { ModelPath = path }, args);
    await app.RunAsync();
    return 0;
}
