using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>The routes of a service that scores.</summary>
public static class ScoringEndpoints
{
    /// <summary>Maps GET model, POST score, POST score/batch, and health/live and health/ready. Needs <see cref="VaeDetectorServices.AddVaeDetector(IServiceCollection, string)"/>.</summary>
    /// <param name="routes">The application.</param>
    /// <param name="prefix">Stands before every route.</param>
    /// <returns>The group of the first three, for conventions of your own such as authorization.</returns>
    public static RouteGroupBuilder MapVaeScoring(this IEndpointRouteBuilder routes, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(routes);
        var options = routes.ServiceProvider.GetRequiredService<VaeDetectorOptions>();
        routes.MapHealthChecks($"{prefix}/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks($"{prefix}/health/ready");
        var group = routes.MapGroup(prefix).WithMetadata(new BodyLimit(options.MaximumBodyBytes));
        group.AddEndpointFilter(RejectedRequestException.ToProblem);
        group.MapGet("/model", (DetectorStore store) => ModelResponse.Of(Serving(store)));
        group.MapPost("/score", async (HttpRequest request, DetectorStore store, DetectorMeter meter) =>
        {
            var body = await RequestReader.ReadAsync<ScoreRequest>(request).ConfigureAwait(false);
            var model = Serving(store);
            RequestReader.CheckRow(body.Features, model, "/features");
            return Score(model, [body.Features], meter)[0];
        });
        group.MapPost("/score/batch", async (HttpRequest request, DetectorStore store, DetectorMeter meter) =>
        {
            var body = await RequestReader.ReadAsync<BatchRequest>(request).ConfigureAwait(false);
            var model = Serving(store);
            RequestReader.CheckRows(body.Rows, model, options.MaximumRows);
            return new BatchResponse(model.Id, Score(model, body.Rows, meter));
        });
        return group;
    }

    // Taken after the body has come, and once: the whole request is one model's work.
    private static ServedDetector Serving(DetectorStore store) =>
        store.Current ?? throw new RejectedRequestException(StatusCodes.Status503ServiceUnavailable, null, "There is no model yet: try again when /health/ready says so.");

    private static ScoreResponse[] Score(ServedDetector model, float[][] rows, DetectorMeter meter)
    {
        long start = Stopwatch.GetTimestamp();
        ScoreResponse[] answers = [.. rows.Select(row => ScoreResponse.Of(model, row))];
        meter.Scored(model, answers, Stopwatch.GetElapsedTime(start));
        return answers;
    }

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
