using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>One thing that mlvae does.</summary>
internal abstract class Verb : System.CommandLine.Command
{
    private readonly Option<bool> _json = new("--json") { Description = "data as JSON" };

    /// <param name="name">As it is typed.</param>
    /// <param name="description">For the help.</param>
    /// <param name="answers">Whether it writes data, as JSON if asked; one that writes files alone takes no --json.</param>
    protected Verb(string name, string description, bool answers = true) : base(name, description)
    {
        if (answers) Add(_json);
        Action = Handler(this);
    }

    /// <summary>The same verb under another command, whose options are these.</summary>
    public System.CommandLine.Invocation.CommandLineAction Handler(System.CommandLine.Command command)
    {
        command.SetAction((parsed, cancellation) => Task.Run(() => UserErrors.Guard(() => Run(parsed, new Terminal(parsed.GetValue(_json)), cancellation)), CancellationToken.None));
        return command.Action!;
    }

    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation);
}
