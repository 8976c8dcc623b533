using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.Vae.Tool.Tests;

/// <summary>Runs mlvae in this process, its output caught; or as a process of its own.</summary>
internal static class Tool
{
    private static readonly Lock Console1 = new();

    private static string Assembly => typeof(RootVerb).Assembly.Location;

    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        lock (Console1)
        {
            var (output, error, oldOutput, oldError) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
            try
            {
                Console.SetOut(output);
                Console.SetError(error);
                int code = (int)typeof(RootVerb).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!;
                return (code, output.ToString(), error.ToString());
            }
            finally
            {
                Console.SetOut(oldOutput);
                Console.SetError(oldError);
            }
        }
    }

    /// <summary>The output of a run that must succeed.</summary>
    public static string Succeed(params string[] args)
    {
        var (code, output, error) = Run(args);
        Assert.True(code == 0, error);
        return output;
    }

    /// <summary>A user's mistake: one line, exit code 1.</summary>
    public static void Refused(string expected, params string[] args)
    {
        var (code, _, error) = Run(args);
        Assert.Equal(1, code);
        string line = Assert.Single(error.TrimEnd().Split('\n'), l => l.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    /// <summary>Another program, to its end.</summary>
    public static (int Code, string Output, string Error) Execute(string assembly, params string[] args)
    {
        using var process = Start(assembly, args);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>mlvae as a process whose streams are ours.</summary>
    public static Process Start(params string[] args) => Start(Assembly, args);

    private static Process Start(string assembly, string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(assembly);
        foreach (string arg in args) start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}
