using System.Reflection;

namespace AnomalyDetection.Tests;

/// <summary>The file that users copy does what it says.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mlvae-test-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void It_finds_the_anomalies_of_the_rows_that_it_makes()
    {
        var (code, output, _) = Run("--out", _directory.FullName);
        Assert.Equal(0, code);
        string result = output[output.IndexOf("RESULT auroc=", StringComparison.Ordinal)..];
        Assert.True(double.Parse(result[13..19], System.Globalization.CultureInfo.InvariantCulture) > 0.95, result);
        Assert.Equal(["model.zip", "table.json"], _directory.EnumerateFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_clear_line()
    {
        var (code, _, error) = Run("--csv", Path.Combine(_directory.FullName, "none.csv"), "--out", _directory.FullName);
        Assert.Equal((1, $"error: There is no file '{Path.Combine(_directory.FullName, "none.csv")}'."), (code, error.TrimEnd()));
    }

    [Theory]
    [InlineData("mine.csv")]
    [InlineData("--csv")]
    [InlineData("--file", "mine.csv")]
    [InlineData("--label", "fraud")]
    public void An_argument_that_it_does_not_know_is_answered_by_its_usage(params string[] args)
    {
        var (code, output, error) = Run([.. args, "--out", _directory.FullName]);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("usage: AnomalyDetection [--csv TABLE.csv", error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        var (output, error, oldOutput, oldError) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            return ((int)Assembly.Load("AnomalyDetection").EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }
}
