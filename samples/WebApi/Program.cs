// A saved model behind HTTP. Replace the file, and the next request is scored by the new model.
//   --model FILE     the model, an ML.NET zip whose input is the vector "Features"; without it, one for made-up pump readings
//   --urls URL       where to listen, e.g. http://localhost:5000
//   --load N         instead of serving: N requests from 8 clients while the model is replaced over and over, then a RESULT line
using Microsoft.ML.Vae.Hosting;

var configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
if (configuration.GetValue("load", 0) is var requests and > 0) return await LoadCommand.RunAsync(requests);
string path = configuration["model"] ?? PumpModel.SaveBesideTemporaryFiles();
await using var app = ScoringApp.Create(new VaeDetectorOptions { ModelPath = path }, args);
await app.RunAsync();
return 0;

/// <summary>All that a service needs.</summary>
internal static class ScoringApp
{
    public static WebApplication Create(VaeDetectorOptions options, params string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddVaeDetector(options);
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapVaeScoring();
        return app;
    }
}
