using System.Data.Common;

namespace Microsoft.ML.Vae.Tool;

/// <summary>What the user can mend is one line and exit code 1; what nobody foresaw is 2, with all that is known of it.</summary>
internal static class UserErrors
{
    public const int Success = 0, User = 1, Internal = 2, Cancelled = 130;

    public static int Guard(Func<int> body)
    {
        try
        {
            return body();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("cancelled: nothing was written");
            return Cancelled;
        }
        catch (Exception e) when (IsUsers(e))
        {
            Console.Error.WriteLine($"error: {e.Message.ReplaceLineEndings(" ")}");
            return User;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"internal error: {e}");
            return Internal;
        }
    }

    // The library's own words for misuse are of these types.
    private static bool IsUsers(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [var only] } => IsUsers(only),
        UserErrorException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or FormatException or NotSupportedException or DbException => true,
        _ => false,
    };
}

/// <summary>The user can mend this; the message is one line.</summary>
internal sealed class UserErrorException(string message) : Exception(message);
