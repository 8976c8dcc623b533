using System.Diagnostics;

namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>A helper program that answers each line of input with a line of output, as long as its owner lives.</summary>
internal sealed class LineProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public LineProcess(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public string Ask(string line)
    {
        lock (_process)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
            return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended without an answer.");
        }
    }

    /// <summary>Whether a program starts and ends well.</summary>
    public static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Ends the program; returns what it wrote to standard error.</summary>
    public string End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        return _errors.Result;
    }

    public void Dispose()
    {
        End();
        _process.Dispose();
    }
}
