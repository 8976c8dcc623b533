using Microsoft.AspNetCore.Diagnostics.HealthChecks;

/// <summary>The service: its parts and its routes.</summary>
internal static class ScoringApp
{
    public static WebApplication Create(ServingOptions options, params string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes);
        builder.Services.AddProblemDetails().AddSingleton(options).AddSingleton<ModelStore>().AddHostedService<ModelWatcher>();
        builder.Services.AddHealthChecks().AddCheck<ModelStore>("model");
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        var api = app.MapGroup("").AddEndpointFilter(RejectedRequestException.ToProblem);
        api.MapGet("/model", (ModelStore store) => ModelResponse.Of(Serving(store)));
        api.MapPost("/score", async (HttpRequest request, ModelStore store) =>
        {
            var body = await RequestReader.ReadAsync<ScoreRequest>(request);
            var model = Serving(store);
            RequestReader.CheckRow(body.Features, model, "/features");
            return ScoreResponse.Of(model, body.Features);
        });
        api.MapPost("/score/batch", async (HttpRequest request, ModelStore store) =>
        {
            var body = await RequestReader.ReadAsync<BatchRequest>(request);
            var model = Serving(store);
            RequestReader.CheckRows(body.Rows, model, options.MaximumRows);
            return new BatchResponse(model.Id, [.. body.Rows.Select(row => ScoreResponse.Of(model, row))]);
        });
        return app;
    }

    // Taken after the body has come, and once: the whole request is one model's work.
    private static ServedModel Serving(ModelStore store) =>
        store.Current ?? throw new RejectedRequestException(StatusCodes.Status503ServiceUnavailable, null, "There is no model yet: try again when /health/ready says so.");
}
