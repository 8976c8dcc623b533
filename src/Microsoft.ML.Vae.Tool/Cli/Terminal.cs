using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Data go to standard output, messages and progress to standard error.</summary>
internal sealed class Terminal
{
    // A pipe has no width of its own; 80 columns would break tables.
    private const int PipeWidth = 140;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public Terminal(bool isJson) => (IsJson, Data, Messages) = (isJson, Create(Console.Out), Create(Console.Error));

    /// <summary>Whether data are asked for as JSON.</summary>
    public bool IsJson { get; }

    public IAnsiConsole Data { get; }

    public IAnsiConsole Messages { get; }

    /// <summary>Writes data as JSON, or as people read them.</summary>
    public void Answer<T>(T data, Action<IAnsiConsole> print)
    {
        if (IsJson) Console.Out.WriteLine(JsonSerializer.Serialize(data, JsonOptions));
        else print(Data);
    }

    private static IAnsiConsole Create(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Capabilities.Interactive) console.Profile.Width = PipeWidth;
        return console;
    }
}

/// <summary>Lines of any length: a terminal may break them, we do not.</summary>
internal static class ConsoleLines
{
    public static void Out(this IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);
}
