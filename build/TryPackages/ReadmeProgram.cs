using System.Text.RegularExpressions;

/// <summary>The C# snippets of README and guide in their order as one program, and the outputs that they show behind them.</summary>
internal sealed partial class ReadmeProgram
{
    private readonly List<string> _statements = [], _types = [], _outputs = [];

    public int SnippetCount => _statements.Count + _types.Count;

    /// <summary>As samples/Quickstart has it: types behind the statements.</summary>
    public string Source => string.Join('\n',
    [
        "using Microsoft.ML;", "using Microsoft.ML.Data;", "using Microsoft.ML.Vae;", "using Microsoft.ML.Vae.Core;", "using Microsoft.ML.Vae.Geometry;",
        "SampleData.Write(\"normal.csv\", \"today.csv\");", "SampleData.WriteOrders(\"orders.csv\");", .. _statements, .. _types,
    ]);

    public static ReadmeProgram Read(params string[] paths)
    {
        var program = new ReadmeProgram();
        string before = "";
        foreach (Match fence in Fence().Matches(string.Concat(paths.Select(File.ReadAllText)).ReplaceLineEndings("\n")))
        {
            var (language, body) = (fence.Groups[1].Value, fence.Groups[2].Value);
            if (language == "csharp") (body.StartsWith("public ", StringComparison.Ordinal) ? program._types : program._statements).Add(body);
            // What a shell prints is not ours.
            if (language == "text" && before == "csharp") program._outputs.Add(body);
            before = language;
        }
        Expect.That(program._statements.Count > 0 && program._outputs.Count > 0, $"'{string.Join("', '", paths)}' show no C# and its output.");
        return program;
    }

    /// <returns>Whether the digits are equal too; they may differ on a machine with other vector instructions.</returns>
    public bool CheckOutput(string output)
    {
        string[] expected = Lines(string.Concat(_outputs)), got = Lines(output);
        for (int i = 0; i < Math.Max(expected.Length, got.Length); i++)
        {
            var (want, have) = (expected.ElementAtOrDefault(i) ?? "the end", got.ElementAtOrDefault(i) ?? "the end");
            Expect.That(Masked(want) == Masked(have), $"line {i + 1} of the snippets' output is '{have}'; README shows '{want}'.");
        }
        return expected.SequenceEqual(got);
    }

    private static string[] Lines(string text) => [.. text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];

    private static string Masked(string line) => Spaces().Replace(Number().Replace(line, "#"), " ");

    [GeneratedRegex("^```(\\w*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
