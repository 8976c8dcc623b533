using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>inspect: what a model is.</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "a model card in Markdown" };

    public InspectVerb() : base("inspect", "Say what a model is: columns, ranges, isometry, calibration, provenance.")
    {
        Add(_model);
        Add(_markdown);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_model)!;
        var card = ModelCard.Of(DetectorFile.Load(path), path);
        if (parsed.GetValue(_markdown)) terminal.Data.Out(card.ToMarkdown());
        else card.Print(terminal);
        return UserErrors.Success;
    }
}
