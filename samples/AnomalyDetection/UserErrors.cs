using System.Data.Common;

/// <summary>What the user can mend is one line and exit code 1, not a stack trace.</summary>
internal static class UserErrors
{
    public static int Guard(Func<int> body)
    {
        try
        {
            return body();
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or FormatException or DbException)
        {
            Console.Error.WriteLine($"error: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }
}

/// <summary>The user can mend this; the message is one line.</summary>
internal sealed class UserErrorException(string message) : Exception(message);
