/// <summary>The client can mend this: it is answered by problem details (RFC 9457) with a JSON pointer to the culprit.</summary>
internal sealed class RejectedRequestException(int status, string? pointer, string detail) : Exception(detail)
{
    private IResult Problem => TypedResults.Problem(Message, statusCode: status, extensions: pointer is null ? [] : [new("pointer", $"#{pointer}")]);

    /// <summary>An endpoint filter.</summary>
    public static async ValueTask<object?> ToProblem(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (RejectedRequestException rejected)
        {
            return rejected.Problem;
        }
    }
}
