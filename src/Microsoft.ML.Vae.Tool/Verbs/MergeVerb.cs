using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>merge: the outputs of shards put together.</summary>
internal sealed class MergeVerb : Verb
{
    private readonly Argument<string[]> _parts = new("parts") { Description = "outputs of mlvae score --shard, all of them", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output = new("--out", "-o") { Description = "the whole, byte for byte as one run would have written it", Required = true };

    public MergeVerb() : base("merge", "Put the outputs of shards together: the whole has the hash of one run.")
    {
        Add(_parts);
        Add(_output);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (rows, sha256) = new ScoreParts(parsed.GetValue(_parts)!).Merge(parsed.GetValue(_output)!, cancellation);
        terminal.Answer(new { Rows = rows, Sha256 = sha256 }, console => console.Out($"{rows} rows, sha256 {sha256}"));
        return UserErrors.Success;
    }
}
