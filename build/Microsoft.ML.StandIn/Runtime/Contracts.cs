// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Runtime;
/// <summary>The exceptions of the real library: same types, same words. A context, if given, adds to <see cref="Exception.Data"/> where it happened.</summary>
internal static class Contracts
{
    private const string MarkedKey = "ML_IsMarked";
    public static TException Mark<TException>(TException exception, IExceptionContext context = null) where TException : Exception
    {
        exception.Data[MarkedKey] = 1;
        return context is null ? exception : context.Process(exception);
    }

    public static bool IsMarked(this Exception exception) => exception.Data.Contains(MarkedKey);
    public static Exception Except(this IExceptionContext context, string message = null) => Mark(new InvalidOperationException(message), context);
    public static Exception ExceptParam(this IExceptionContext context, string name, string message) => Mark(new ArgumentOutOfRangeException(name, message), context);
    public static Exception ExceptDecode(this IExceptionContext context, string message, Exception inner = null) => Mark(new FormatException(message, inner), context);
    public static Exception ExceptSchemaMismatch(this IExceptionContext context, string paramName, string role, string column) => context.ExceptParam(paramName, $"Could not find {role} column '{column}'");
    public static Exception ExceptSchemaMismatch(this IExceptionContext context, string paramName, string role, string column, string expected, string actual)
        => context.ExceptParam(paramName, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    public static void Check(this IExceptionContext context, bool condition, string message = null) { if (!condition) throw context.Except(message); }
    public static void CheckParam(this IExceptionContext context, bool condition, string name, string message = null)
    {
        if (!condition) throw message is null ? Mark(new ArgumentOutOfRangeException(name), context) : context.ExceptParam(name, message);
    }

    public static void CheckDecode(this IExceptionContext context, bool condition, string message) { if (!condition) throw context.ExceptDecode(message); }
    public static void CheckValue<T>(this IExceptionContext context, T value, string name) where T : class { if (value is null) throw Mark(new ArgumentNullException(name), context); }
    public static void CheckNonEmpty(this IExceptionContext context, string value, string name) => context.CheckParam(!string.IsNullOrEmpty(value), name, $"{name} cannot be null or empty");
    public static void CheckAlive(this IHostEnvironment env) { if (env is ICancelable { IsCanceled: true }) throw Mark(new OperationCanceledException("Operation was canceled."), env); }
}
