using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>The client can mend this: it is answered by problem details (RFC 9457) with a JSON pointer to the culprit.</summary>
internal sealed class RejectedRequestException(int status, string? pointer, string detail) : Exception(detail)
{
    private IResult Problem => TypedResults.Problem(Message, statusCode: status, extensions: pointer is null ? null : new Dictionary<string, object?> { ["pointer"] = $"#{pointer}" });

    /// <summary>An endpoint filter.</summary>
    public static async ValueTask<object?> ToProblem(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (RejectedRequestException rejected)
        {
            context.HttpContext.RequestServices.GetRequiredService<DetectorMeter>().Rejected();
            return rejected.Problem;
        }
    }
}
