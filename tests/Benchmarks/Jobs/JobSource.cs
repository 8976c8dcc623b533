namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A labelled CSV file that is a whole job.</summary>
/// <param name="Name">What the results call it.</param>
/// <param name="File">CSV, gzipped or not, with a column "label".</param>
/// <param name="Columns">File of names where the CSV has no header.</param>
/// <param name="Positive">Label of an anomaly; null: 1.</param>
internal sealed record JobSource(string Name, string File, string? Columns = null, string? Positive = null)
{
    private const string None = "-";

    /// <summary>As arguments of a process.</summary>
    public string[] Arguments => [File, Columns ?? None, Positive ?? None];

    /// <summary>From such arguments.</summary>
    public static JobSource Of(ReadOnlySpan<string> arguments) => new("", arguments[0], Given(arguments[1]), Given(arguments[2]));

    private static string? Given(string argument) => argument == None ? null : argument;
}
