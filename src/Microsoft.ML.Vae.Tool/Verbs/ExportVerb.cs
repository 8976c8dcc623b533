using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>export: a model for other places.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly Option<string?> _onnx = new("--onnx", "--out", "-o") { Description = "ONNX file that decides by itself" };
    private readonly Option<string?> _csharp = new("--csharp") { Description = "folder of a small ML.NET project that loads the model and scores" };
    private readonly Option<string?> _kusto = new("--kusto") { Description = "table of Fabric or Azure Data Explorer: prints the query that scores its rows by the ONNX file" };

    public ExportVerb() : base("export", "Bring a model elsewhere: as ONNX, as a C# project, as a query of Kusto.", answers: false)
    {
        Add(_model);
        foreach (Option option in (Option[])[_onnx, _csharp, _kusto]) Add(option);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_model)!;
        var (onnx, csharp, kusto) = (parsed.GetValue(_onnx), parsed.GetValue(_csharp), parsed.GetValue(_kusto));
        if (onnx is null && csharp is null && kusto is null) throw new UserErrorException("Where to? Give --onnx FILE, --csharp FOLDER or --kusto TABLE.");
        var detector = DetectorFile.Load(path);
        if (onnx is not null)
        {
            OnnxExporter.Export(detector.Model, onnx);
            terminal.Messages.Out($"{onnx}: input features [N, {detector.Plan.FeatureCount}], outputs score, log_density, p_value, is_anomaly, contributions");
        }
        if (csharp is not null) terminal.Messages.Out($"{csharp}: {string.Join(", ", CSharpProject.Write(detector, csharp))}; dotnet run -- rows.csv");
        if (kusto is not null) terminal.Data.Out(KustoQuery.Of(detector.Plan, kusto, Path.GetFileNameWithoutExtension(path)));
        return UserErrors.Success;
    }
}
