using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Vae.Hosting;

namespace Microsoft.ML.Vae.Tool;

/// <summary>serve: a model behind HTTP, which follows its file.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "the model; replace the file, and the next request is scored by the new one" };
    private readonly Option<string> _urls = new("--urls") { DefaultValueFactory = _ => "http://localhost:5000", Description = "where to listen" };

    public ServeVerb() : base("serve", "Serve a model over HTTP: POST /score, POST /score/batch, GET /model, /health/ready.", answers: false)
    {
        Add(_model);
        Add(_urls);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_model)!;
        if (!File.Exists(path)) throw new UserErrorException($"There is no model '{path}'.");
        Web.Run(path, parsed.GetValue(_urls)!, cancellation);
        return UserErrors.Success;
    }

    // A class of its own, so that the other verbs load nothing of ASP.NET.
    private static class Web
    {
        public static void Run(string path, string urls, CancellationToken cancellation)
        {
            var builder = WebApplication.CreateSlimBuilder(["--urls", urls]);
            // Standard output is for data.
            builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            builder.Services.AddVaeDetector(path);
            var app = builder.Build();
            app.UseExceptionHandler();
            app.UseStatusCodePages();
            app.MapVaeScoring();
            app.StartAsync(cancellation).GetAwaiter().GetResult();
            app.WaitForShutdownAsync(cancellation).GetAwaiter().GetResult();
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
